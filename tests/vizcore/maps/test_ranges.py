"""What a scale spans, and how a page chooses it: ends by hand, zero in the middle, what stays put when locked."""

import numpy as np
import pytest

from vizcore.errors import VizcoreError
from vizcore.maps.mosaic import mosaic
from vizcore.maps.ranges import ScaleChoice, is_signed, range_scale, scale_of
from vizcore.maps.scales import Scale, Standardised

# (3, 7, 5): 21 cells in each of five channels, all of them different from channel to channel.
RISING = np.arange(21, dtype=np.float32).reshape(3, 7, 1) * np.array([1, 2, 5, 0, 0.5], np.float32)


def ends(scale: Scale) -> list[tuple[float, float]]:
    return [*zip(scale.lows.tolist(), scale.highs.tolist(), strict=True)]


def test_each_channel_ends_at_its_percentile_and_a_silent_one_at_the_layers() -> None:
    scale = scale_of(RISING, "channel", percentile=75)
    # The 75th percentile of 0 … 20 is 15. The layer's is that of all 105 values together.
    layer = float(np.sort(RISING.ravel())[78])
    assert ends(scale) == [(0, 15), (0, 30), (0, 75), (0, layer), (0, 7.5)]


def test_where_the_percentile_is_zero_the_largest_value_counts() -> None:
    values = np.zeros((3, 7, 2), np.float32)
    values[1, 2, 0] = 8
    # Both the channel's and the layer's percentile are 0.
    assert ends(scale_of(values, "channel", percentile=90)) == [(0, 8), (0, 8)]
    assert ends(scale_of(values * 0, "channel", percentile=90)) == [(0, 0), (0, 0)]


def test_a_signed_scale_has_zero_in_the_middle_whatever_the_values() -> None:
    values = np.array([[[-1.0, 3]], [[4, -9]]], np.float32)
    for contrast in ("linear", "square root"):
        scale = scale_of(values, "channel", is_signed=True, contrast=contrast)
        assert ends(scale) == [(-4, 4), (-9, 9)]
        assert scale.levels(np.zeros((2, 1))).tolist() == [[128], [128]]
        drawn = mosaic(values, scale=scale)
        assert drawn.value_of(0, 128) == drawn.value_of(1, 128) == 0


@pytest.mark.parametrize("signed", [False, True])
def test_a_square_root_spreads_small_values_and_goes_back(signed: bool) -> None:
    low = -8.0 if signed else 0.0
    scale = scale_of(np.array([[[low]], [[8.0]]], np.float32), "channel", is_signed=signed, contrast="square root")
    values = np.linspace(low, 8, 1001)[np.newaxis]
    levels = scale.levels(values)[0]
    assert (np.diff(levels.astype(int)) >= 0).all()
    # A sixteenth of the way from zero has a quarter of the colours.
    sixteenth = scale.levels(np.array([[0.5]]))[0, 0]
    assert sixteenth == (128 + round(127 / 4) if signed else 1 + round(254 / 4))
    # Each level's value has that level.
    back = low + (8 - low) * np.array([scale.share_of_range((level - 1) / 254) for level in range(1, 256)])
    assert scale.levels(back[np.newaxis])[0].tolist() == [*range(1, 256)]
    for share in (0.0, 0.1, 0.5, 0.9, 1.0):
        assert scale.share_of_range(scale.share_of_colours(share)) == pytest.approx(share)


def test_contrast_moves_no_end_and_keeps_the_order() -> None:
    values = np.random.default_rng(2).random((5, 7, 3)).astype(np.float32)
    plain, bent = (scale_of(values, "channel", contrast=contrast) for contrast in ("linear", "square root"))
    assert ends(plain) == ends(bent)
    cells = values.reshape(-1, 3).T.astype(np.float64)
    assert ((plain.levels(cells) == 255) == (bent.levels(cells) == 255)).all()
    assert (bent.levels(cells) >= plain.levels(cells)).all()


def test_locked_depends_on_the_unedited_picture_alone_and_stretched_on_what_is_shown() -> None:
    edited = RISING[::-1] * 3
    for span in ("channel", "layer", "tutorial"):
        locked = ScaleChoice(span)
        assert ends(locked.scale(RISING, edited)) == ends(locked.scale(RISING, RISING))
        stretched = ScaleChoice(span, is_locked=False)
        assert ends(stretched.scale(RISING, edited)) == ends(stretched.scale(edited, edited))
        assert ends(stretched.scale(RISING, edited)) != ends(stretched.scale(RISING, RISING))


def test_every_choice_by_hand() -> None:
    shown = RISING + 1
    assert ends(ScaleChoice("layer").scale(RISING, shown)) == [(0, 100)] * 5
    assert ends(ScaleChoice("layer", is_locked=False).scale(RISING, shown)) == [(1, 101)] * 5
    assert ends(ScaleChoice("channel", is_locked=False).scale(RISING, shown))[1] == (1, 41)
    # The 98th percentile of 0 … 20 lies 0.98·20 = 19.6 up.
    assert ScaleChoice("channel").scale(RISING, shown).highs[0] == pytest.approx(19.6)
    tutorial = ScaleChoice("tutorial").scale(RISING, shown)
    assert isinstance(tutorial, Standardised)
    assert tutorial.contrast == "linear"
    assert tutorial.mean[0] == 10
    # The units of a vector share one range, from their smallest to their largest.
    assert ends(ScaleChoice("channel").scale(np.array([2.0, 5], np.float32), np.zeros(2, np.float32))) == [(2, 5)]


def test_one_value_below_zero_on_the_unedited_picture_makes_a_layer_signed() -> None:
    below = RISING.copy()
    below[0, 0, 4] = -0.1
    assert (is_signed(RISING), is_signed(below)) == (False, True)
    assert not is_signed(np.array([np.nan, -np.inf, 1], np.float32))
    assert ScaleChoice().scale(below, RISING).is_signed
    assert not ScaleChoice().scale(RISING, below).is_signed
    # The tutorial's scale has the mean in the middle, not zero.
    assert not ScaleChoice("tutorial").scale(below, below).is_signed


def test_values_that_are_not_finite_give_no_scale() -> None:
    broken = np.stack([RISING[..., 0], np.full((3, 7), np.nan, np.float32)], axis=-1)
    broken[0, 0, 0] = np.inf
    scale = scale_of(broken, "channel", percentile=100)
    assert ends(scale) == [(0, 20), (0, 20)]


@pytest.mark.parametrize(("low", "high"), [(2, 1), (0, float("nan")), (0, float("inf")), (-float("inf"), 0)])
def test_a_range_without_two_finite_ends_is_refused(low: float, high: float) -> None:
    with pytest.raises(VizcoreError, match="range runs"):
        range_scale(low, high)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(VizcoreError, match="no span “picture” of a scale; there are channel"):
        scale_of(RISING, "picture")
    with pytest.raises(VizcoreError, match="no contrast “cube root”"):
        scale_of(RISING, "layer", contrast="cube root")

"""Levels and places: every scale against plain loops, every cell there and back, edges that used to divide by zero."""

import itertools
import math

import numpy as np
import pytest

from vizcore.errors import VizcoreError
from vizcore.maps.mosaic import Mosaic, mosaic, strip
from vizcore.maps.ranges import locked_range, range_scale
from vizcore.maps.scales import Scale, standardise

SCALES = ("locked", "layer", "channel", "tutorial")


def named(name: str, values: np.ndarray, ends: tuple[float, float]) -> Scale | str:
    """A scale by its name; "locked" is one given range for all channels."""
    return range_scale(*ends, num_channels=values.shape[-1]) if name == "locked" else name


@pytest.fixture
def activation() -> np.ndarray:
    """Primes that differ on every axis, so that a swapped axis cannot hide; offsets keep the channels apart."""
    values = np.random.default_rng(11).normal(size=(7, 13, 5)) * [1, 2, 3, 5, 7] + [0, 10, -20, 30, -40]
    return values.astype(np.float32)


def level_by_hand(value: float, low: float, high: float) -> int:
    if low == high:
        return 255 if value > low else 1
    return min(max(math.floor(1 + 254 * (value - low) / (high - low) + 0.5), 1), 255)


@pytest.mark.parametrize("scale", ["locked", "layer", "channel"])
def test_range_scales_agree_with_a_loop_over_every_cell(activation: np.ndarray, scale: str) -> None:
    chosen = (-15.0, 21.5)
    made = mosaic(activation, scale=named(scale, activation, chosen), columns=3)
    for channel in range(5):
        ends = {
            "locked": chosen,
            "layer": (float(activation.min()), float(activation.max())),
            "channel": (float(activation[..., channel].min()), float(activation[..., channel].max())),
        }[scale]
        for row in range(7):
            for column in range(13):
                place = made.position_of(channel, row, column)
                assert made.levels[place] == level_by_hand(float(activation[row, column, channel]), *ends)


def test_tutorial_scale_agrees_with_a_loop_over_every_cell(activation: np.ndarray) -> None:
    made = mosaic(activation, scale="tutorial", columns=3)
    for channel in range(5):
        cells = [float(value) for value in activation[..., channel].ravel()]
        mean = sum(cells) / len(cells)
        deviation = math.sqrt(sum((value - mean) ** 2 for value in cells) / len(cells))
        for index, value in enumerate(cells):
            tutorial = int(min(max((value - mean) / deviation * 64 + 128, 0), 255))
            assert made.levels[made.position_of(channel, *divmod(index, 13))] == max(tutorial, 1)


def test_tutorial_scale_is_standardise_tile_by_tile(activation: np.ndarray) -> None:
    tiles = mosaic(activation, scale="tutorial").tiles()
    for channel in range(5):
        np.testing.assert_array_equal(tiles[channel], np.maximum(standardise(activation[..., channel]), 1))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("gap", [0, 1, 3])
@pytest.mark.parametrize("columns", [1, 2, 5, 16])
def test_every_unit_has_a_place_of_its_own_and_all_others_are_empty(
    activation: np.ndarray, scale: str, gap: int, columns: int
) -> None:
    made = mosaic(activation, scale=named(scale, activation, (-50, 50)), columns=columns, gap=gap)
    height, width, channels = activation.shape
    places = {made.position_of(*unit) for unit in itertools.product(range(channels), range(height), range(width))}
    assert len(places) == activation.size
    assert places == {(int(row), int(column)) for row, column in np.argwhere(made.levels > 0)}


@pytest.mark.parametrize(("scale", "steps"), [("locked", 0.5), ("layer", 0.5), ("channel", 0.5), ("tutorial", 1.0)])
def test_levels_turn_back_into_values(activation: np.ndarray, scale: str, steps: float) -> None:
    made = mosaic(activation, scale=named(scale, activation, (-70, 70)), columns=4)
    for tile, channel in enumerate(made.channels):
        step = float(made.highs[tile] - made.lows[tile]) / 254
        for row in range(7):
            for column in range(13):
                value = float(activation[row, column, channel])
                if made.lows[tile] <= value <= made.highs[tile]:
                    level = int(made.levels[made.position_of(channel, row, column)])
                    assert abs(made.value_of(channel, level) - value) <= steps * step * 1.001


def test_levels_turn_back_exactly_at_the_ends(activation: np.ndarray) -> None:
    made = mosaic(activation, scale="channel")
    for channel in range(5):
        assert made.value_of(channel, 1) == activation[..., channel].min()
        assert made.value_of(channel, 255) == activation[..., channel].max()
        assert math.isnan(made.value_of(channel, 0))


def test_layout_by_hand() -> None:
    activation = np.arange(2 * 1 * 3, dtype=np.float32).reshape(2, 1, 3)
    made = mosaic(activation, scale="layer", columns=2)
    # Value v of 0 … 5 has level 1 + 50.8·v, rounded. Channel c holds c and c + 3.
    assert made.levels.tolist() == [
        [1, 0, 52],
        [153, 0, 204],
        [0, 0, 0],
        [103, 0, 0],
        [255, 0, 0],
    ]


def test_fewer_channels_than_columns_make_a_narrower_mosaic(activation: np.ndarray) -> None:
    made = mosaic(activation, scale="layer")
    assert made.columns == 5
    assert made.levels.shape == (7, 5 * 13 + 4)


def test_thirty_two_channels_fill_two_rows_of_sixteen() -> None:
    made = mosaic(np.ones((62, 62, 32), np.float32), scale="layer")
    assert made.levels.shape == (2 * 62 + 1, 16 * 62 + 15)


@pytest.mark.parametrize("num_channels", [1, 15, 16, 17, 31, 33])
def test_no_channel_is_dropped(num_channels: int) -> None:
    activation = np.random.default_rng(3).random((2, 3, num_channels), np.float32)
    made = mosaic(activation, scale="layer")
    assert np.count_nonzero(made.levels) == activation.size
    assert made.channels.tolist() == list(range(num_channels))


def test_maps_of_one_cell() -> None:
    made = mosaic(np.array([[[3.0, -1.0, 0.0]]], np.float32), scale="layer", gap=0)
    assert made.levels.tolist() == [[255, 1, 65]]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("value", [0.0, -2.5, np.float32(0.1)])
def test_constant_layer_shows_one_level(scale: str, value: float) -> None:
    constant = np.full((7, 13, 5), value, np.float32)
    made = mosaic(constant, scale=named(scale, constant, (value, value)))
    level = 128 if scale == "tutorial" else 1
    assert np.all(made.tiles() == level)
    assert made.value_of(4, level) == value
    # Adding up a hundred equal numbers rounds; it must not give the tile a range.
    np.testing.assert_array_equal(made.lows, made.highs)
    assert (made.below, made.above) == (0, 0)


def test_a_range_of_one_value_still_tells_what_is_above() -> None:
    made = mosaic(np.array([[[1.0], [2.0], [3.0]]], np.float32), scale=range_scale(2, 2))
    assert made.levels.tolist() == [[1, 1, 255]]
    assert (made.below, made.above) == (pytest.approx(1 / 3), pytest.approx(1 / 3))


@pytest.mark.parametrize(("scale", "level"), [("locked", 1), ("layer", 1), ("channel", 1), ("tutorial", 128)])
def test_a_tile_without_a_range_shows_what_is_below_as_1_and_what_is_above_as_255(scale: str, level: int) -> None:
    values = np.array([[[2.5], [np.inf], [-np.inf]]], np.float32)
    made = mosaic(values, scale=named(scale, values, (2.5, 2.5)))
    assert made.levels.tolist() == [[level, 255, 1]]


def test_locked_says_what_it_clips() -> None:
    activation = np.arange(10, dtype=np.float32).reshape(2, 5, 1)
    made = mosaic(activation, scale=named("locked", activation, (2, 6)))
    assert made.below == 2 / 10
    assert made.above == 3 / 10
    assert made.levels[0].tolist() == [1, 1, 1, 65, 128]
    assert made.levels[1].tolist() == [192, 255, 255, 255, 255]


def test_locked_to_the_picture_itself_is_per_layer(activation: np.ndarray) -> None:
    held = mosaic(activation, scale=named("locked", activation, locked_range(activation)))
    np.testing.assert_array_equal(held.levels, mosaic(activation, scale="layer").levels)


def test_locked_shows_a_change_that_per_layer_hides(activation: np.ndarray) -> None:
    brighter = activation * 2
    np.testing.assert_array_equal(mosaic(brighter, scale="layer").levels, mosaic(activation, scale="layer").levels)
    held = mosaic(brighter, scale=named("locked", brighter, locked_range(activation)))
    assert np.any(held.levels != mosaic(activation, scale="layer").levels)


@pytest.mark.parametrize("scale", SCALES)
def test_infinite_and_nan_do_not_stretch_the_scale(activation: np.ndarray, scale: str) -> None:
    broken = activation.copy()
    broken[1, 2, 0], broken[3, 4, 0], broken[5, 6, 0] = np.inf, -np.inf, np.nan
    broken[:, :, 1] = np.nan
    made = mosaic(broken, scale=named(scale, broken, (-70, 70)))
    assert made.levels[made.position_of(0, 1, 2)] == 255
    assert made.levels[made.position_of(0, 3, 4)] == 1
    assert made.levels[made.position_of(0, 5, 6)] == 0
    assert not made.tiles()[1].any()
    assert np.isfinite(made.lows).all()
    assert np.isfinite(made.highs).all()
    # The other channels look as if nothing had happened, where the scale does not depend on the broken ones.
    if scale != "layer":
        whole = mosaic(activation, scale=named(scale, activation, (-70, 70)))
        np.testing.assert_array_equal(made.tiles()[2:], whole.tiles()[2:])
    else:
        assert made.lows[0] == np.nanmin(broken[np.isfinite(broken)])


@pytest.mark.parametrize("scale", SCALES)
def test_values_at_the_limits_of_float32(scale: str) -> None:
    limit = np.finfo(np.float32).max
    tiny = np.float32(1e-45)
    activation = np.stack([[[-limit, 0, limit]], [[0, tiny, tiny * 2]]], axis=-1).astype(np.float32)
    made = mosaic(activation, scale=named(scale, activation, (-limit, limit)))
    assert made.tiles()[0, 0, 1] == 128
    assert made.tiles()[0, 0, 0] < 128 < made.tiles()[0, 0, 2]
    assert np.isfinite(made.lows).all()
    if scale == "channel":
        assert made.tiles()[1].tolist() == [[1, 128, 255]]


def test_order_and_choice_of_channels(activation: np.ndarray) -> None:
    made = mosaic(activation, scale="layer", channels=np.array([2, 0, 1]))
    assert made.channels.tolist() == [2, 0, 1]
    whole = mosaic(activation, scale="layer")
    # The range stays that of all channels, so a page of channels compares with another.
    np.testing.assert_array_equal(made.tiles(), whole.tiles()[[2, 0, 1]])
    assert made.position_of(0, 2, 5) == (2, 14 + 5)
    with pytest.raises(VizcoreError, match="not among"):
        made.position_of(3, 0, 0)


def test_the_activation_is_not_changed_and_the_result_is_read_only(activation: np.ndarray) -> None:
    before = activation.copy()
    chosen = np.array([2, 1])
    made = mosaic(activation, scale="tutorial", channels=chosen)
    np.testing.assert_array_equal(activation, before)
    assert chosen.flags.writeable
    for array in (made.levels, made.channels, made.lows, made.highs):
        assert not array.flags.writeable


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"scale": "own"}, "no span “own”"),
        ({"scale": range_scale(0, 1, num_channels=3)}, "3 channels and the layer 5"),
        ({"columns": 0}, "at least 1 column"),
        ({"gap": -1}, "gap"),
        ({"channels": np.array([5])}, "channels 0 to 4"),
        ({"channels": np.array([-1])}, "channels 0 to 4"),
        ({"channels": np.array([1, 1])}, "different"),
        ({"channels": np.array([], np.int64)}, "at least one"),
    ],
)
def test_refusals(activation: np.ndarray, changes: dict[str, object], words: str) -> None:
    options: dict[str, object] = {"scale": "layer", **changes}
    with pytest.raises(VizcoreError, match=words):
        mosaic(activation, **options)


@pytest.mark.parametrize("shape", [(5,), (7, 13), (1, 7, 13, 5), (0, 13, 5), (7, 13, 0)])
def test_wrong_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(VizcoreError, match="height, width, channels"):
        mosaic(np.zeros(shape, np.float32), scale="layer")


def test_strip_is_one_row_with_the_unit_as_column() -> None:
    made = strip(np.array([0, 1, 2, 4], np.float32), scale="layer")
    assert made.levels.tolist() == [[1, 65, 128, 255]]
    assert made.position_of(0, 0, 3) == (0, 3)
    assert made.value_of(0, 255) == 4


def test_strip_says_which_scale_it_used() -> None:
    vector = np.array([0, 4, 4, 0], np.float32)
    by_channel = strip(vector, scale="channel")
    assert by_channel.scale.span == "layer"
    assert by_channel.levels.tolist() == [[1, 255, 255, 1]]
    tutorial = strip(vector, scale="tutorial")
    assert tutorial.scale.span == "tutorial"
    assert tutorial.levels.tolist() == [[64, 192, 192, 64]]
    assert strip(vector, scale=range_scale(0, 8)).levels.tolist() == [[1, 128, 128, 1]]
    with pytest.raises(VizcoreError, match="no span"):
        strip(vector, scale="own")
    with pytest.raises(VizcoreError, match="units"):
        strip(vector.reshape(2, 2), scale="layer")


def test_locked_range_is_that_of_all_channels(activation: np.ndarray) -> None:
    assert locked_range(activation) == (activation.min(), activation.max())
    assert locked_range(np.array([2, -1, np.inf, np.nan], np.float32)) == (-1, 2)
    assert locked_range(np.full((2, 3, 5), np.nan, np.float32)) == (0, 0)


def test_a_mosaic_is_frozen(activation: np.ndarray) -> None:
    made: Mosaic = mosaic(activation, scale="layer")
    with pytest.raises(AttributeError):
        made.gap = 2


def test_a_large_map_is_drawn_by_the_means_of_blocks() -> None:
    activation = np.random.default_rng(3).normal(size=(11, 7, 5)).astype(np.float32)
    drawn = mosaic(activation, scale="layer", largest_side=4, gap=2)
    assert (drawn.block, drawn.tile_shape, drawn.map_shape) == (3, (4, 3), (11, 7))
    low, high = float(activation.min()), float(activation.max())
    # The last blocks are smaller: two rows, one column.
    for channel, (row, column), units in ((0, (0, 0), np.s_[0:3, 0:3]), (4, (3, 2), np.s_[9:11, 6:7])):
        top, left = drawn.position_of(channel, row * 3, column * 3)
        mean = float(activation[(*units, channel)].astype(np.float64).mean())
        assert abs(drawn.value_of(channel, int(drawn.levels[top, left])) - mean) <= (high - low) / 254 / 2 + 1e-6


def test_every_unit_of_a_large_map_has_its_cell() -> None:
    drawn = mosaic(np.zeros((11, 7, 5), np.float32), scale="layer", largest_side=4, gap=2, columns=3)
    units = list(itertools.product(range(5), range(11), range(7)))
    places = [drawn.position_of(*unit) for unit in units]
    # Units share a place if they are of one channel and of one block.
    blocks = [(channel, row // 3, column // 3) for channel, row, column in units]
    assert len(set(places)) == len(set(blocks)) == len(set(zip(places, blocks, strict=True)))
    assert all(drawn.levels[place] > 0 for place in places)


@pytest.mark.parametrize("scale", ["layer", "channel", "tutorial"])
def test_the_scale_of_a_large_map_is_that_of_its_units(scale: str) -> None:
    activation = np.random.default_rng(4).normal(size=(13, 17, 3)).astype(np.float32)
    whole, reduced = (mosaic(activation, scale=scale, largest_side=side) for side in (None, 5))
    assert np.array_equal(whole.lows, reduced.lows)
    assert np.array_equal(whole.highs, reduced.highs)
    assert (whole.below, whole.above) == (reduced.below, reduced.above)


def test_a_block_with_an_unknown_unit_is_unknown() -> None:
    activation = np.ones((6, 6, 1), np.float32)
    activation[0, 0], activation[5, 5] = np.nan, 3
    drawn = mosaic(activation, scale="layer", largest_side=3)
    assert drawn.levels[0, 0] == 0
    assert drawn.levels[2, 2] == 1 + round(254 * (1.5 - 1) / 2)
    assert (drawn.levels[0, 1:] == 1).all()


def test_maps_as_small_as_asked_for_are_drawn_unit_by_unit() -> None:
    activation = np.random.default_rng(5).normal(size=(7, 5, 3)).astype(np.float32)
    assert np.array_equal(
        mosaic(activation, scale="channel", largest_side=7).levels, mosaic(activation, scale="channel").levels
    )
    with pytest.raises(VizcoreError, match="at least 1 cell"):
        mosaic(activation, scale="channel", largest_side=0)

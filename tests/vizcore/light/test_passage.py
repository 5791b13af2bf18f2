"""A picture through a network whose answers can be worked out by hand: it takes means and weighs them."""

from dataclasses import replace
from itertools import groupby

import keras
import numpy as np
import pytest

from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.edits.amounts import Amounts
from vizcore.edits.brightness import KINDS, Kind, Light
from vizcore.edits.mathml import row
from vizcore.figures.tuning_channel import channel_curves_figure
from vizcore.inputs.prepared import InputFormat
from vizcore.inputs.value_ranges import RANGES
from vizcore.light.flips import Search
from vizcore.light.passage import Passage
from vizcore.light.winners import Winners, unknown_winners

# Two classes, "dark" = 0.25 − mean and "light" = mean − 0.25: the answer flips where the mean is a quarter of white.
KERNELS = np.array([[-1.0, 1.0]] * 3, np.float32) / 3


@pytest.fixture(scope="module")
def network() -> TracedNetwork:
    model = keras.Sequential(
        [
            keras.Input((5, 7, 3), name="picture", dtype="float32"),
            keras.layers.Conv2D(2, 1, name="conv", dtype="float32"),
            keras.layers.GlobalAveragePooling2D(name="answer", dtype="float32"),
        ],
        name="scales",
    )
    model.get_layer("conv").set_weights([KERNELS.reshape(1, 1, 3, 2), np.array([0.25, -0.25], np.float32)])
    return trace(model)


def passage(network: TracedNetwork, pixels: np.ndarray, **how: str) -> Passage:
    return Passage(network, pixels, InputFormat((5, 7, 3), RANGES["0…1"], **how))


@pytest.fixture
def even() -> np.ndarray:
    """(5, 7, 3) uint8, even values 0 … 208: a half of each is whole, and nothing is clipped below a gain of 1.2."""
    return (2 * np.arange(105, dtype=np.uint8)).reshape(5, 7, 3)


def test_the_picture_as_received_and_its_layers(network: TracedNetwork, even: np.ndarray) -> None:
    found = passage(network, even).read(["conv", "answer"], Light.of("gain", 0.5))
    np.testing.assert_array_equal(found.received, even // 2)
    mean = even.mean() / 510
    np.testing.assert_allclose(found.activations["answer"], [0.25 - mean, mean - 0.25], atol=1e-6)
    np.testing.assert_allclose(found.activations["conv"][:, :, 1], even.mean(axis=2) / 510 - 0.25, atol=1e-6)
    # Without a word about the brightness it is the picture as it is.
    np.testing.assert_array_equal(passage(network, even).read(["conv"]).received, even)


def test_a_linear_network_moves_with_the_gain_as_far_as_the_picture(network: TracedNetwork, even: np.ndarray) -> None:
    slopes = passage(network, even).derivatives(["conv", "answer"], Light.of("gain", 0.8))
    np.testing.assert_allclose(slopes["conv"][:, :, 1], even.mean(axis=2) / 255, atol=1e-6)
    np.testing.assert_allclose(slopes["answer"], [-even.mean() / 255, even.mean() / 255], atol=1e-6)


def test_the_clips_part_is_what_it_takes_over_what_is_left(network: TracedNetwork) -> None:
    pixels = np.full((5, 7, 3), 100, np.uint8)
    found = passage(network, pixels).clipping(["conv"], Light.of("gain", 3.0))
    # 300 becomes 255: of 155 that are left 45 more are gone.
    assert found.part("conv") == pytest.approx(45 / 155, rel=1e-4)
    np.testing.assert_allclose(found.unclipped["conv"][:, :, 1], 300 / 255 - 0.25, atol=1e-5)
    np.testing.assert_allclose(found.clipped["conv"][:, :, 1], 1 - 0.25, atol=1e-5)
    assert passage(network, pixels).clipping(["conv"], Light.of("gain", 2.0)).part("conv") == 0


def test_curves_pass_through_single_passes(network: TracedNetwork, even: np.ndarray) -> None:
    subject = passage(network, even)
    curves = subject.curves(["conv"], KINDS["offset"], num_levels=11)["conv"]
    assert len(curves.amounts) == 11
    for level, amount in enumerate(curves.amounts):
        single = subject.read(["conv"], Light.of("offset", amount)).activations["conv"]
        np.testing.assert_allclose(curves.mean[level], single.mean(axis=(0, 1)), atol=1e-6)
        np.testing.assert_allclose(curves.maximum[level], single.max(axis=(0, 1)), atol=1e-6)


def test_the_answer_flips_where_the_mean_is_a_quarter(network: TracedNetwork) -> None:
    pixels = np.full((5, 7, 3), 100, np.uint8)
    found = passage(network, pixels).winners("answer", KINDS["gain"], answer_kind="logits", num_levels=41)
    # With an offset of −36 the byte 64 is reached, no sooner and no later.
    offsets = passage(network, pixels).winners("answer", KINDS["offset"], answer_kind="logits", num_levels=41)
    assert [(one.winner, one.start, one.end) for one in offsets.segments] == [(0, -255, -37), (1, -36, 255)]
    # 64 is the first byte above a quarter of 255, and ⌊100 · g⌋ reaches it at 0.64.
    assert [(one.winner, one.start, one.end) for one in found.segments] == [(0, 0, 0.63), (1, 0.64, 4)]
    levels = np.minimum(np.floor(100 * np.array(found.amounts)), 255) / 255
    assert found.winners == tuple((levels > 0.25).astype(int).tolist())
    # Of two logits ±d the larger has the probability 1 / (1 + exp(−2 |d|)).
    np.testing.assert_allclose(found.probabilities, 1 / (1 + np.exp(-2 * np.abs(levels - 0.25))), atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_step_by_step_the_same_winners_are_found_as_at_once(
    network: TracedNetwork, even: np.ndarray, kind: str
) -> None:
    subject = passage(network, even)
    at_once = subject.winners("answer", KINDS[kind], answer_kind="logits", num_levels=41)
    known = unknown_winners(KINDS[kind], 41)
    while not known.is_complete:
        before, known = known, subject.further(known, "answer", answer_kind="logits")
        # A step tries one amount: a level, or one between two of them.
        assert len(known.amounts) - len(before.amounts) == (before.search.question is None)
        if not known.is_complete:
            assert [one.winner for one in known.segments] == [winner for winner, _ in groupby(known.winners)]
            assert known.segments[-1].end == known.amounts[-1]
    assert (known.levels, known.winners, known.segments) == (at_once.levels, at_once.winners, at_once.segments)
    np.testing.assert_allclose(known.probabilities, at_once.probabilities, atol=1e-6)
    assert known.flips_found == (1, 1)
    assert subject.further(known, "answer", answer_kind="logits") == known


def test_of_how_many_flips_is_known_where_they_are() -> None:
    gain = KINDS["gain"]
    search = Search(gain.slider.between)
    known = Winners(gain, (0.0, 1.0, 2.0, 3.0), (4, 4, 5, 6), (1.0,) * 4, search)
    assert known.flips_found == (0, 2)
    search = known.search.with_answers(*zip(known.levels, known.winners, strict=True))
    found = []
    while search.question is not None:
        search = search.with_answers(
            (search.question, 4 if search.question < 1.3 else 5 if search.question < 2.7 else 6)
        )
        found.append(replace(known, search=search).flips_found[0])
    assert found == sorted(found)
    assert set(found) == {0, 1, 2}
    assert [one.winner for one in replace(known, search=search).segments] == [4, 5, 6]


def test_a_lens_takes_a_gain_away_and_the_plain_picture_keeps_it(network: TracedNetwork, even: np.ndarray) -> None:
    assert passage(network, even).remaining_part(Light.of("gain", 0.5)) == 1
    assert passage(network, even, lens="standardised").remaining_part(Light.of("gain", 0.5)) == pytest.approx(
        0, abs=1e-5
    )


def test_preprocessing_inside_a_network_counts_as_well(even: np.ndarray) -> None:
    layers = [
        keras.Input((5, 7, 3), name="picture", dtype="float32"),
        keras.layers.LayerNormalization(axis=(1, 2, 3), center=False, scale=False, epsilon=1e-9, name="own"),
        keras.layers.Conv2D(2, 1, name="conv"),
    ]
    inside = passage(trace(keras.Sequential(layers, name="inside")), even)
    assert inside.remaining_part(Light.of("gain", 0.5)) == pytest.approx(0, abs=1e-4)
    assert inside.remaining_part(Light.of("gain", 1.0)) is None


def test_a_layer_that_scales_and_shifts_hides_nothing_of_a_dark_picture() -> None:
    dark = np.arange(105, dtype=np.uint8).reshape(5, 7, 3) // 8
    layers = [
        keras.Input((5, 7, 3), name="picture", dtype="float32"),
        keras.layers.Rescaling(1 / 127.5, -1, name="own"),
        keras.layers.Conv2D(2, 1, name="conv"),
    ]
    shifted = passage(trace(keras.Sequential(layers, name="shifted")), dark)
    for kind, amount in (("gain", 2.0), ("offset", 20), ("gamma", 0.5), ("exposure", 1)):
        assert shifted.remaining_part(Light.of(kind, amount)) == pytest.approx(1, rel=1e-4)


def test_padding_hides_nothing_of_a_pale_picture() -> None:
    """Zeros around it are further from its pixels than they are from one another."""
    pale = (200 + np.arange(105) % 7).astype(np.uint8).reshape(5, 7, 3)
    layers = [
        keras.Input((5, 7, 3), name="picture", dtype="float32"),
        keras.layers.ZeroPadding2D(3, name="padding"),
        keras.layers.Conv2D(2, 1, name="conv"),
    ]
    padded = passage(trace(keras.Sequential(layers, name="padded")), pale)
    assert padded.remaining_part(Light.of("gain", 0.7)) == 1


def test_the_first_layers_law_is_the_sum_of_the_kernel(network: TracedNetwork, even: np.ndarray) -> None:
    law = passage(network, even).offset_law(10)
    np.testing.assert_allclose(law.predicted, [-1 / 255, 1 / 255], rtol=1e-5)
    np.testing.assert_allclose(law.measured, law.predicted, rtol=1e-4)
    # At 60 the pixels of 195 and more are clipped and stand still.
    clipped = passage(network, even).offset_law(60)
    np.testing.assert_allclose(clipped.measured, law.predicted * np.mean(even < 195), rtol=1e-4)


# A kind that is no entry of KINDS: towards white by a share of what is left to it.
HAZE = Kind(
    "haze",
    "h",
    Amounts(-0.5, 0.9, 0.01, neutral=0.0, start=0.2, decimals=2),
    help="Moves every value towards white: 0 changes nothing.",
    unit="1 of haze",
    formula=lambda values, haze: values + haze * (255 - values),
    slopes=lambda values, haze: 255 - values,
    rounded=np.rint,
    mathml=row("round ( v {sign} {size} · ( 255 − v ) )"),
    code="brightened = np.rint(np.clip(pixels {sign} {size} * (255.0 - pixels), 0, 255)).astype(np.uint8)",
)


def test_a_new_kind_is_one_entry(network: TracedNetwork, even: np.ndarray) -> None:
    """Everything that is asked of a kind is answered by what its entry says."""
    haze, subject = HAZE.light(0.2), passage(network, even)
    hazy = even + 0.2 * (255.0 - even)
    np.testing.assert_array_equal(subject.read(["conv"], haze).received, np.rint(hazy).astype(np.uint8))
    slopes = subject.derivatives(["conv"], haze)["conv"]
    np.testing.assert_allclose(slopes[:, :, 1], (255 - even.mean(axis=2)) / 255, atol=1e-6)
    # Below nothing the clip takes a part.
    dark = subject.clipping(["conv"], HAZE.light(-0.5))
    below = even - 0.5 * (255.0 - even)
    np.testing.assert_allclose(dark.unclipped["conv"][:, :, 1], below.mean(axis=2) / 255 - 0.25, atol=1e-5)
    np.testing.assert_allclose(dark.clipped["conv"][:, :, 1], below.clip(0).mean(axis=2) / 255 - 0.25, atol=1e-5)
    assert subject.remaining_part(haze) == 1
    curve = subject.curves(["conv"], HAZE, num_levels=11)["conv"]
    assert (curve.amounts[0], curve.amounts[-1]) == (-0.5, 0.9)
    for level, amount in enumerate(curve.amounts):
        single = subject.read(["conv"], HAZE.light(amount)).activations["conv"]
        np.testing.assert_allclose(curve.mean[level], single.mean(axis=(0, 1)), atol=1e-6)
    figure = channel_curves_figure(curve, 1, kind=HAZE, amount=0.2)
    assert figure["layout"]["title"]["text"] == figure["layout"]["xaxis"]["title"]["text"] == "haze h"
    assert figure["layout"]["yaxis2"]["title"]["text"] == "slope per 1 of haze"
    found = subject.winners("answer", HAZE, answer_kind="logits", num_levels=41)
    assert found.is_complete
    for segment in found.segments:
        answer = subject.read(["answer"], HAZE.light(segment.start)).activations["answer"]
        assert answer.argmax() == segment.winner
    assert HAZE.tables().shape == (141, 256)
    names: dict[str, np.ndarray] = {}
    exec(HAZE.light(-0.3).code(opening=["pixels = np.arange(256, dtype=np.uint8)"]), names)
    np.testing.assert_array_equal(names["brightened"], HAZE.light(-0.3).table())
    assert HAZE.light(-0.3).written == "haze-minus-0.30"

"""What the pages say of how the network follows the light, against answers computed independently."""

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.shipped import WANTED, shipped_batch
from tests.ui.apps import PAGES, answers, brought, components, following_sentences, opened
from ui.cached import light as cached_light
from ui.cached import networks as cached_networks
from ui.cached import pictures as cached_pictures
from ui.cached.outputs import Layers
from ui.light.ribbon.ribbon import exception_sentence, progress, segment_sentence
from ui.values import Subject
from vizcore.activations.reading import read
from vizcore.arrays import ByteArray
from vizcore.datasets.dataset import CIFAR10_CLASSES
from vizcore.edits.brightness import KINDS, Kind, Light, adjust
from vizcore.edits.distribution import distribution
from vizcore.figures.chart import untyped_array
from vizcore.inputs.prepared import prepared, prepared_exactly
from vizcore.inputs.value_ranges import RANGES
from vizcore.light.flips import Search
from vizcore.light.winners import Winners
from vizcore.networks import catalogue
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample


def ribbon(app: AppTest) -> dict[str, Any]:
    return next(data for data in components(app) if "bands" in data)


@pytest.fixture(scope="module")
def pixels() -> ByteArray:
    return display_copy(open_sample("cat").pixels)


def winner(pixels: ByteArray, kind: str, amount: float) -> str:
    batch = shipped_batch(adjust(pixels, Light.of(kind, amount)))
    return CIFAR10_CLASSES[int(read(build_trained_cnn(), batch, ["logits"])["logits"].argmax())]


@pytest.mark.parametrize("page", [PAGES[0], PAGES[2]])
def test_the_ribbon_has_the_winner_of_every_level(page: str, pixels: ByteArray) -> None:
    found = ribbon(opened(page, gain="1.3"))
    assert len(found["amounts"]) == len(found["probabilities"]) == 101
    # From one end of the slider to the other, without a gap.
    assert [band[1] for band in found["bands"]] == [0, *(band[2] for band in found["bands"][:-1])]
    assert found["bands"][-1][2] == 4
    for place in range(0, 101, 20):
        amount = found["amounts"][place]
        band = found["bands"][np.searchsorted(found["flips"], amount)]
        assert found["names"][str(band[0])] == winner(pixels, "gain", amount)
        assert 0.1 <= found["probabilities"][place] <= 1


@pytest.mark.parametrize(
    ("kind", "amount"), [("gain", "1.3"), ("offset", "-40"), ("gamma", "2.0"), ("exposure", "1.00")]
)
def test_the_answer_flips_where_the_page_says(kind: str, amount: str, pixels: ByteArray) -> None:
    found = ribbon(opened(PAGES[2], kind=kind, **{kind: amount}))
    assert len(found["sentences"]) == len(found["flips"]) + 1
    told = found["sentences"][np.searchsorted(found["flips"], float(amount))].replace("−", "-")
    here = winner(pixels, kind, float(amount))
    assert told.startswith(f"{here} ")
    if "levels" in told:
        return
    slider = KINDS[kind].slider
    named = re.findall(r"-?\d+(?:\.\d+)?", told)[:2]
    start, end = (float(number) for number in named)
    # What is named can be dialled: it is a step of the slider, the class wins there, and a step further the other one.
    assert named == [slider.written(slider.nearest(number)) for number in (start, end)]
    assert start <= float(amount) <= end
    assert winner(pixels, kind, start) == winner(pixels, kind, end) == here
    for edge, step, word in ((start, -slider.step, "below"), (end, slider.step, "above")):
        beyond = re.search(rf"{word} it is (\w+)", told)
        if beyond is not None:
            assert winner(pixels, kind, slider.nearest(edge + step)) == beyond.group(1)


@pytest.mark.parametrize("amount", ["2.19", "2.20", "2.21", "2.22", "2.23"])
def test_near_a_flip_the_sentence_and_the_bars_name_the_same_class(amount: str) -> None:
    # The astronaut at 2.21 is a truck for one step of the slider, between two levels that say automobile.
    app = opened(PAGES[2], picture="astronaut", gain=amount)
    found = ribbon(app)
    assert found["at"] == float(amount)
    told = found["exception"] or found["sentences"][np.searchsorted(found["flips"], float(amount))]
    assert told.startswith(f"{answers(app)[1][0]['name']} ")


def known(kind: str, *answers: tuple[float, int]) -> Winners:
    levels, winners = zip(*answers, strict=True)
    return Winners(
        KINDS[kind],
        levels,
        winners,
        (0.9,) * len(levels),
        Search(KINDS[kind].slider.between).with_answers(*answers),
    )


def test_what_wins_between_two_levels_is_said_where_one_stands_on_it() -> None:
    kind = KINDS["gain"]
    found = known("gain", (0.0, 1), (2.0, 1), (2.5, 1), (2.51, 0), (4.0, 0))
    names = ("frog", "cat")
    assert exception_sentence(kind, found, 1.5, 1, names) == ""
    assert (
        exception_sentence(kind, found, 1.5, 0, names)
        == "frog at 1.50, within: cat from 0.00 to 2.50; above it is frog."
    )
    always = known("gain", (0.0, 1), (4.0, 1))
    assert segment_sentence(kind, always, 1.5, names) == "cat at all 2 levels of gain from 0.00 to 4.00."
    whole = known("offset", (-255, 1), (-37, 1), (-36, 0), (255, 0))
    assert segment_sentence(KINDS["offset"], whole, -37, names) == "cat from −255 to −37; above it is frog."


def test_nobody_waits_for_the_ribbon_of_a_deep_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = [
        keras.layers.Conv2D(64, 1, name="many"),
        keras.layers.GlobalAveragePooling2D(name="mean"),
        keras.layers.Dense(2, name="answer"),
    ]
    keras.Sequential([keras.Input((224, 224, 3), name="picture"), *layers], name="deep").save(tmp_path / "deep.keras")
    monkeypatch.setenv("VIZCORE_MODEL", str(tmp_path / "deep.keras"))
    (tmp_path / "deep.txt").write_text("dark\nbright\n", encoding="utf-8")
    cached_networks.network.clear()
    app = opened(PAGES[2], network="own model", gain="1.3")
    assert not app.exception
    found = ribbon(app)
    assert found["sentences"] == ["Trying the levels: 0 of 101."]
    assert (found["bands"], found["probabilities"], found["exception"]) == ([], [], "")
    # The browser is to ask for more, and knows by the number that this has not been asked for.
    assert found["more"] > 0
    assert ribbon(app.run())["more"] > found["more"]


def test_how_far_a_ribbon_is_that_takes_long() -> None:
    tried = Winners(KINDS["gain"], (0.0, 1.0, 2.0, 3.0), (4, 4, 5), (1.0,) * 3)
    assert progress(tried) == "Trying the levels: 3 of 4."
    search = Search(KINDS["gain"].slider.between).with_answers((0.0, 4), (1.0, 4), (2.0, 5), (3.0, 6))
    all_tried = replace(tried, winners=(4, 4, 5, 6), probabilities=(1.0,) * 4, search=search)
    assert progress(all_tried) == "All 4 levels have been tried. Searching for the exact flips: 0 of 2."


def test_the_page_without_a_network_has_no_ribbon() -> None:
    app = opened(PAGES[1])
    assert not app.exception
    assert not [data for data in components(app) if "bands" in data]


def test_against_the_clip_the_range_that_channels_leave_is_that_of_the_original(pixels: ByteArray) -> None:
    view = {"view": "difference", "against": "without the clip", "layers": ["conv1"], "gain": "3.0"}
    app = opened(PAGES[2], **view)
    assert not app.exception
    original, clipped = (
        read(build_trained_cnn(), prepared_exactly(pixels, Light.of("gain", amount), wanted=WANTED), ["conv1"])["conv1"]
        for amount in (1.0, 3.0)
    )
    share = np.mean((clipped.max(axis=(0, 1)) > original.max()) | (clipped.min(axis=(0, 1)) < original.min()))
    assert share > 0.2
    assert any(f"{share:.1%} left the unedited range" in text for text in following_sentences(app))


def test_of_black_and_white_alone_the_derivative_has_a_scale_of_its_own() -> None:
    """At gain 1 each pixel is 0 or 255 and stands still upwards; at 0.5 the white ones move."""
    board = 255 * np.kron(np.indices((8, 8)).sum(axis=0) % 2, np.ones((8, 8)))[:, :, np.newaxis].repeat(3, axis=2)
    board = board.astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(board).save(file, "PNG")
    app = opened(PAGES[2], view="derivative", layers=["conv1"], gain="0.5")
    brought(app, "board.png", file.getvalue())
    assert not app.exception
    data = next(data for data in components(app) if "derivative" in data.get("description", ""))
    assert "On a scale of its own" in data["note"]
    meta = data["figure"]["layout"]["meta"]
    batches = [prepared_exactly(board, Light.of("gain", amount), wanted=WANTED) for amount in (0.499, 0.501)]
    sides = [read(build_trained_cnn(), batch, ["conv1"])["conv1"] for batch in batches]
    slopes = np.abs(sides[1] - sides[0]) / 0.002
    assert meta["highs"][0] == pytest.approx(slopes.max(), rel=1e-3)
    assert meta["lows"][0] == -meta["highs"][0]


def test_the_derivative_on_the_page_is_the_slope_between_two_amounts() -> None:
    app = opened(PAGES[2], view="derivative", layers=["conv1", "dense1"], gain="0.6", picture="rocket")
    assert not app.exception
    figures = [data["figure"] for data in components(app) if "derivative" in data.get("description", "")]
    assert len(figures) == 2
    sides = [
        read(
            build_trained_cnn(),
            prepared_exactly(display_copy(open_sample("rocket").pixels), Light.of("gain", amount), wanted=WANTED),
            ["dense1"],
        )["dense1"]
        for amount in (0.5998, 0.6002)
    ]
    expected = (sides[1] - sides[0]) / 0.0004
    meta, levels = figures[1]["layout"]["meta"], untyped_array(figures[1]["data"][0]["z"])[0].astype(float)
    low, high = meta["lows"][0], meta["highs"][0]
    assert low == -high < 0
    found = low + (high - low) * (levels - 1) / 254
    inside = np.abs(expected) < high
    # Half a level, and what a unit that wakes in between makes of a difference.
    assert np.mean(np.abs(found - expected)[inside] < 0.02 * high) > 0.9


def test_the_difference_is_told_in_numbers(pixels: ByteArray) -> None:
    app = opened(PAGES[2], view="difference", layers=["conv1"], gain="0.5")
    assert not app.exception
    sides = [
        read(build_trained_cnn(), shipped_batch(adjust(pixels, Light.of("gain", gain))), ["conv1"])["conv1"]
        for gain in (1.0, 0.5)
    ]
    before, after = (side.astype(np.float64).reshape(-1) for side in sides)
    told = next(text for text in following_sentences(app) if "cosine similarity" in text)
    assert f"mean |change| {np.abs(after - before).mean():.3g}" in told
    cosine = before @ after / np.linalg.norm(before) / np.linalg.norm(after)
    assert float(re.findall(r"cosine similarity (\d\.\d+)", told)[0]) == pytest.approx(cosine, abs=1e-4)
    # Half of everything clips nothing.
    assert "clip" not in told
    bright = opened(PAGES[2], view="difference", layers=["conv1"], gain="3.0")
    assert "clipping took" in next(text for text in following_sentences(bright) if "cosine similarity" in text)


def test_pictures_stretched_each_by_itself_hide_what_the_brightness_did() -> None:
    def apart(**more: str) -> float:
        # Half of everything: a picture stretched by itself forgets it, but for what rounding leaves.
        app = opened(
            PAGES[2], picture="rocket", gain="0.5", layers="pool1", view="difference", network="untrained", **more
        )
        assert not app.exception
        figures = {data["key"]: data["figure"] for data in components(app) if "figure" in data}
        sides = [untyped_array(figures[f"layer-pool1-{side}"]["data"][0]["z"]) for side in ("base", "edited")]
        return float(np.abs(np.subtract(*[side.astype(int) for side in sides])).mean())

    assert apart(stretch="true") < apart() / 5


def test_nothing_edited_is_nothing_changed() -> None:
    app = opened(PAGES[2], view="difference", layers=["conv1", "logits"], gain="1.0")
    assert following_sentences(app).count("Nothing has changed.") == 2


def test_through_the_lens_the_network_does_not_see_a_gain_that_clips_nothing(pixels: ByteArray) -> None:
    # The cat reaches 231: at 0.8 nothing is clipped.
    plain, lens = (
        opened(PAGES[2], gain="0.8", layers=["conv1"], top5="true", **more) for more in ({}, {"standardise": "true"})
    )
    assert not plain.exception
    assert not lens.exception
    assert not following_sentences(plain)
    assert "did not see your edit" in following_sentences(lens)[0]
    # The rounding to bytes is all that is left.
    conv1 = [read_back(app) for app in (plain, lens)]
    assert conv1[1] < 0.05 < conv1[0]
    clipping = opened(PAGES[2], gain="4.0", layers=["conv1"], standardise="true")
    assert not following_sentences(clipping)


def read_back(app: AppTest) -> float:
    """By how much the probabilities as edited differ from those as they are, as the page tells them."""
    sides = [{bar["name"]: bar["end"] for bar in bars} for bars in answers(app)]
    return sum(abs(sides[0][name] - sides[1].get(name, 0)) for name in sides[0])


def test_the_first_layers_law_is_measured_as_the_slope_between_two_offsets() -> None:
    app = opened(PAGES[2], view="derivative", layers=["conv1"], kind="offset", offset="10", picture="rocket")
    assert not app.exception
    figure = next(data["figure"] for data in components(app) if "predicted against" in data.get("description", ""))
    predicted, measured = (
        np.array([value for _, value in sorted(place for trace in figure["data"][1:] for place in points(trace, axis))])
        for axis in ("x", "y")
    )
    kernels = build_trained_cnn().get_layer("conv1").get_weights()[0]
    np.testing.assert_allclose(predicted, kernels.sum(axis=(0, 1, 2)) / 255, rtol=1e-4, atol=1e-7)
    # To the right of 10: a pixel of 245 is at the limit there and stands still, as the page says.
    means = [conv1_means(offset) for offset in (10.0, 10.05)]
    slopes = (means[1] - means[0]) / 0.05
    assert np.abs(slopes - predicted).max() > 0.1 * np.abs(predicted).max(), "nothing leaves the diagonal"
    np.testing.assert_allclose(measured, slopes, atol=0.01 * np.abs(predicted).max())


def points(trace: dict[str, Any], axis: str) -> list[tuple[int, float]]:
    """Channel and place of every point."""
    return [(entry[0], value) for entry, value in zip(trace["customdata"], trace[axis], strict=True)]


def conv1_means(offset: float) -> np.ndarray:
    """(32,) float64: the first layer's means for the rocket, computed by a loop over the kernel in float64."""
    pixels = display_copy(open_sample("rocket").pixels)
    batch = prepared_exactly(pixels, Light.of("offset", offset), wanted=WANTED)[0].astype(np.float64)
    kernels, biases = (part.astype(np.float64) for part in build_trained_cnn().get_layer("conv1").get_weights())
    sums = biases + sum(batch[r : r + 62, c : c + 62] @ kernels[r, c] for r in range(3) for c in range(3))
    return np.maximum(sums, 0).mean(axis=(0, 1))


def test_without_the_clip_nothing_differs_where_nothing_is_clipped() -> None:
    for gain, is_clipped in (("0.7", False), ("3.0", True)):
        app = opened(PAGES[2], view="difference", against="without the clip", layers=["conv1"], gain=gain)
        assert not app.exception
        figure = next(data["figure"] for data in components(app) if "the clip takes" in data.get("description", ""))
        levels = untyped_array(figure["data"][0]["z"])
        # Level 128 is zero.
        assert ((levels[levels > 0] != 128).any()) == is_clipped


def test_a_magnified_derivative_has_a_scale_that_reaches_a_part_as_far() -> None:
    def reach(**how: str) -> float:
        app = opened(PAGES[2], view="derivative", layers=["conv1"], **how)
        data = next(data for data in components(app) if "derivative" in data.get("description", ""))
        return float(data["figure"]["layout"]["meta"]["highs"][0])

    assert reach(magnify="4") == pytest.approx(reach() / 4)


def test_a_magnified_difference_has_a_scale_that_reaches_a_part_as_far() -> None:
    def reach(**parameters: str) -> float:
        app = opened(PAGES[2], view="difference", layers=["conv1"], gain="1.2", **parameters)
        assert not app.exception
        figure = next(data["figure"] for data in components(app) if data.get("key") == "layer-conv1-difference")
        low, high = (figure["layout"]["meta"][end][0] for end in ("lows", "highs"))
        assert low == -high
        return float(high)

    assert reach(magnify="4") == pytest.approx(reach(magnify="1") / 4)
    assert reach(magnify="7") == reach(magnify="") == reach() < reach(magnify="1")


# Exposure


def test_a_link_with_an_exposure_opens_it_on_every_page() -> None:
    for page in (PAGES[0], PAGES[1], PAGES[2]):
        app = opened(page, kind="exposure", exposure="-1.25")
        assert not app.exception
        assert app.segmented_control(key="kind").value == "exposure"
        assert app.number_input(key="exposure").value == -1.25
        assert app.number_input(key="exposure").label == "Exposure EV"
        slider = next(data for data in components(app) if "formula" in data)
        assert (slider["minimum"], slider["maximum"], slider["step"], slider["amount"]) == (-4, 4, 0.05, -1.25)
        assert slider["formula"] == KINDS["exposure"].mathml
    # Between two steps of the slider it becomes the nearer one.
    assert opened(PAGES[1], kind="exposure", exposure="1.03").number_input(key="exposure").value == 1.05


def test_the_code_box_of_an_exposure_is_its_table(pixels: ByteArray) -> None:
    app = opened(PAGES[1], kind="exposure", exposure="1.00")
    # Below the lines that open the sample.
    names: dict[str, Any] = {"np": np, "pixels": pixels}
    exec(app.code[0].value.rpartition("\n\n")[2], names)
    np.testing.assert_array_equal(names["brightened"], adjust(pixels, Light.of("exposure", 1.0)))


def test_the_derivative_along_the_exposure_is_per_stop(pixels: ByteArray) -> None:
    app = opened(PAGES[2], view="derivative", layers=["conv1"], kind="exposure", exposure="-1.00")
    assert not app.exception
    data = next(data for data in components(app) if "derivative" in data.get("description", ""))
    sides = [
        read(build_trained_cnn(), prepared_exactly(pixels, Light.of("exposure", stops), wanted=WANTED), ["conv1"])
        for stops in (-0.005, 0.005)
    ]
    # The scale reaches as far as the fastest unit of the picture as it is.
    fastest = np.abs(sides[1]["conv1"] - sides[0]["conv1"]).max() / 0.01
    assert data["figure"]["layout"]["meta"]["highs"][0] == pytest.approx(fastest, rel=0.02)
    # The law is about an offset, and says so.
    assert any("At an offset of 0; choose the offset above" in caption.value for caption in app.caption)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_as_it_is_costs_no_pass_whatever_the_kind(kind: Kind) -> None:
    subject = Subject(cached_pictures.sample("cat"), catalogue.entries()["trained"])
    layers = Layers(subject, kind.neutral, cached_networks.network_of(subject.entry), ("conv1",))
    assert layers.edited is layers.original
    np.testing.assert_array_equal(kind.neutral.table(), np.arange(256))


# What caches tell apart


def test_a_cache_tells_apart_kinds_of_the_same_amount_and_amounts_a_step_apart(pixels: ByteArray) -> None:
    lights = [
        Light.of("gain", 1.5),
        Light.of("gamma", 1.5),
        Light.of("exposure", 1.5),
        Light.of("gain", 1.51),
        Light.of("gain", 1.5 + 1e-9),
        Light.of("offset", 2.0),
        Light.of("offset", 1.0),
    ]
    for _ in range(2):
        for one in lights:
            found = cached_pictures.distribution("cat", one, pixels)
            np.testing.assert_array_equal(found.counts, distribution(adjust(pixels, one)).counts)
    subject = Subject(cached_pictures.sample("cat"), catalogue.entries()["trained"])
    received = [cached_light.forward(subject, ("conv1",), one).received for one in lights]
    for one, shown in zip(lights, received, strict=True):
        expected = prepared(subject.picture.pixels, one, wanted=WANTED)[0]
        np.testing.assert_array_equal(shown, RANGES["0…1"].as_pixels(expected[np.newaxis]))
    tables = {kind: cached_pictures.tables(kind) for kind in KINDS.values()}
    assert len(set(tables.values())) == len(KINDS)
    for kind, found_tables in tables.items():
        assert found_tables == cached_pictures.tables(kind) == kind.tables().tobytes()
    curves = {kind: cached_light.curves(subject, ("conv1",), kind, 5)["conv1"] for kind in KINDS.values()}
    for kind, curve in curves.items():
        assert curve.amounts == kind.slider.levels(5)

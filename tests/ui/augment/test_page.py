"""The Augment page without a browser: the steps in the address, their rows, what the other pages get."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.shipped import shipped_batch
from tests.ui.apps import PAGES, ROOT, brought, components, elements, opened
from tests.ui.test_pages import captions, notes, png
from vizcore.activations.layer import LayerInfo
from vizcore.activations.layer_choice import over_depth
from vizcore.activations.reading import read
from vizcore.edits.augmentation import MOST_STEPS, augment, parse, random_versions, write
from vizcore.edits.distribution import distribution
from vizcore.edits.transformations import TRANSFORMATIONS
from vizcore.light.movement import movement
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample

AUGMENT = "pages/4_Augment.py"
STEPS = "flip-1_rotate-1_contrast-1.50_noise-0.10-7"


def click(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def steps(app: AppTest) -> str:
    found = app.query_params.get("steps", "")
    return found if isinstance(found, str) else found[0]


def figure(app: AppTest, key: str) -> dict:
    """The figure of a chart, found by what a screen reader says of it."""
    return next(data["figure"] for data in components(app) if data.get("description", "").startswith(key))


def test_without_steps_the_picture_is_as_it_is_and_every_transformation_is_compared() -> None:
    app = opened(AUGMENT)
    assert not app.exception
    assert "No steps yet" in captions(app)
    assert not app.code
    assert "steps" not in app.query_params
    assert [line["name"].split()[0] for line in figure(app, "Cosine")["data"]] == [
        one.label.split()[0] for one in TRANSFORMATIONS.values()
    ]


def test_the_whole_chain_comes_from_the_link() -> None:
    app = opened(AUGMENT, steps=STEPS, picture="coffee")
    assert not app.exception
    assert app.toggle(key="step-0-flip").value is True
    assert [app.slider(key=key).value for key in ("step-1-rotate", "step-2-contrast", "step-3-noise")] == [1, 1.5, 0.1]
    assert "400 × 600" in captions(app)
    assert steps(app) == STEPS
    assert len(figure(app, "Mean")["data"]) == 5


def test_steps_are_added_moved_reset_and_removed() -> None:
    app = opened(AUGMENT)
    for name in ("hue", "flip", "noise"):
        app.selectbox(key="add-step").set_value(name).run()
        assert app.selectbox(key="add-step").value is None
    assert steps(app) == "hue-0.25_flip-1_noise-0.10-0"
    app.slider(key="step-0-hue").set_value(-0.13).run()
    assert steps(app) == "hue--0.13_flip-1_noise-0.10-0"
    click(app, "Later-step-0-hue")
    assert steps(app) == "flip-1_hue--0.13_noise-0.10-0"
    assert app.slider(key="step-1-hue").value == -0.13
    click(app, "Earlier-step-2-noise")
    click(app, "Other noise-step-1-noise")
    assert steps(app) == "flip-1_noise-0.10-1_hue--0.13"
    app.toggle(key="step-0-flip").set_value(False).run()
    click(app, "Reset-step-2-hue")
    assert steps(app) == "flip-0_noise-0.10-1_hue-0.00"
    assert app.button(key="Earlier-step-0-flip").disabled
    assert app.button(key="Later-step-2-hue").disabled
    click(app, "Remove-step-1-noise")
    assert steps(app) == "flip-0_hue-0.00"
    click(app, "clear-steps")
    assert "steps" not in app.query_params
    assert not app.exception


def test_there_are_at_most_so_many_steps() -> None:
    app = opened(AUGMENT, steps="_".join(["rotate-1"] * MOST_STEPS))
    assert not app.exception
    assert app.selectbox(key="add-step").disabled
    assert f"{MOST_STEPS} steps at most" in captions(app)


@pytest.mark.parametrize(
    "hostile",
    [
        {"steps": "garbage"},
        {"steps": ""},
        {"steps": "contrast-nan"},
        {"steps": "contrast-1e999"},
        {"steps": "flip-１"},
        {"steps": "_".join(["flip-1"] * 13)},
        {"steps": "noise-0.1-99999"},
        {"steps": "9" * 10_000},
        {"steps": ["garbage", "flip-1_"]},
        {"seed": "٣", "compare": "", "back": "perhaps", "steps": "%00"},
        {"seed": "-1", "compare": "all"},
        {"seed": "99999999999999999999"},
    ],
)
@pytest.mark.parametrize("page", [AUGMENT, PAGES[1]])
def test_what_is_invalid_in_a_link_is_ignored(hostile: dict[str, str | list[str]], page: str) -> None:
    app = opened(page, **hostile)
    assert not app.exception
    assert not app.error
    assert "451 × 300" in captions(app)
    assert "Augmented" not in captions(app)


def test_an_amount_beyond_the_slider_becomes_its_end() -> None:
    app = opened(AUGMENT, steps="contrast-99", seed="", compare="", back="")
    assert not app.exception
    assert app.slider(key="step-0-contrast").value == 3
    assert "contrast(image, 3.00)" in app.code[0].value


def test_the_lines_are_what_the_network_says() -> None:
    app = opened(AUGMENT, steps=STEPS, picture="rocket", network="trained")
    pixels = display_copy(open_sample("rocket").pixels)
    network, names = build_trained_cnn(), ["conv1", "conv2", "logits"]
    before = read(network, shipped_batch(pixels), names)
    shown = figure(app, "Cosine")
    layers = shown["layout"]["xaxis"]["ticktext"]
    assert layers[0] == "input"
    for line, chain in zip(shown["data"], [*((step,) for step in parse(STEPS)), parse(STEPS)], strict=True):
        moved = movement(before, read(network, shipped_batch(augment(pixels, chain)), names))
        assert [line["y"][layers.index(name)] for name in names] == pytest.approx(moved.cosine, abs=1e-4)


def test_maps_are_turned_back_only_when_asked() -> None:
    app = opened(AUGMENT, steps="flip-1_hue-0.20")
    assert figure(app, "Cosine")["data"][0]["y"][0] < 0.999
    hue = figure(app, "Cosine")["data"][1]["y"]
    app.toggle(key="back").set_value(True).run()
    assert figure(app, "Cosine")["data"][0]["y"][0] > 0.999
    assert figure(app, "Cosine")["data"][1]["y"] == hue


def test_every_transformation_can_be_compared_while_there_are_steps() -> None:
    app = opened(AUGMENT, steps="flip-1", compare="every transformation")
    assert not app.exception
    assert len(figure(app, "Cosine")["data"]) == len(TRANSFORMATIONS)
    app.segmented_control(key="compare").set_value("these steps").run()
    assert len(figure(app, "Cosine")["data"]) == 1


def test_of_a_deep_network_some_layers_are_followed_evenly_and_its_answer() -> None:
    layers = tuple(
        LayerInfo(f"{kind.lower()}{index}", kind, (4, 4, 8))
        for index in range(60)
        for kind in ("Conv2D", "ReLU", "Pad")
    )
    answer = LayerInfo("answer", "Dense", (10,))
    followed = over_depth((*layers, answer), "answer")
    assert [followed[0].name, followed[-2].name, followed[-1].name] == ["conv2d0", "relu59", "answer"]
    places = [layers.index(layer) for layer in followed[:-1]]
    assert len(followed) == 16
    assert places == sorted(places)
    assert max(np.diff(places)) <= 15
    assert all(layer.kind != "Pad" for layer in followed)
    # All of a small one; and one without a layer that decides anything has layers, too.
    assert over_depth((*layers[:9], answer), "answer") == (*layers[:9], answer)
    pads = tuple(LayerInfo(f"pad{index}", "Pad", (4, 4, 8)) for index in range(40))
    assert len(over_depth((*pads, answer), "answer")) == 16


def test_a_version_is_taken_with_exactly_its_amounts() -> None:
    app = opened(AUGMENT, steps=STEPS, seed="5")
    versions = random_versions(parse(STEPS), seed=5, number=9)
    for version in versions:
        assert " · ".join(step.label for step in version) in captions(app)
    next(button for button in app.button if button.label == "Another nine").click().run()
    assert app.query_params["seed"] in ("6", ["6"])
    click(app, "use-4")
    assert steps(app) == write(random_versions(parse(STEPS), seed=6, number=9)[4])
    assert not app.exception


@pytest.mark.parametrize(
    ("text", "number"),
    [("flip-1", 2), ("flip-1_flip-1", 2), ("flip-1_rotate-2", 6), ("brightness-0.01", 3), ("noise-0.01-3", 9)],
)
def test_every_version_on_the_sheet_looks_different_and_their_number_is_said(text: str, number: int) -> None:
    app = opened(AUGMENT, steps=text)
    assert not app.exception
    versions = [one.proto.imgs[0].url for one in elements(app.main) if one.type == "image"][2:]
    assert len(set(versions)) == len(versions) == number
    assert [button.label for button in app.button].count("Use") == number
    assert ("Nine different versions" if number == 9 else f"have {number} different versions") in captions(app)
    assert ("Another nine" in [button.label for button in app.button]) == (number == 9)


def test_the_composed_picture_goes_along_to_every_page_and_back() -> None:
    app = opened(AUGMENT, steps=STEPS, picture="coffee")
    expected = augment(display_copy(open_sample("coffee").pixels), parse(STEPS))
    app.switch_page(PAGES[1]).run()
    assert not app.exception
    assert steps(app) == STEPS
    assert "Augmented on all pages" in captions(app)
    assert f"{distribution(expected).mean_luminance:.1f} →" in app.metric[0].value
    app.switch_page(PAGES[2]).run()
    assert not app.exception
    assert steps(app) == STEPS
    app.switch_page(AUGMENT).run()
    assert app.slider(key="step-2-contrast").value == 1.5


def test_a_link_to_another_page_carries_the_steps() -> None:
    app = opened(PAGES[2], steps="flip-1_contrast-2.00", picture="rocket", layers=["conv2"], gain="1")
    assert not app.exception
    values = read(
        build_trained_cnn(),
        shipped_batch(augment(display_copy(open_sample("rocket").pixels), parse("flip-1_contrast-2.00"))),
        ["conv2"],
    )["conv2"]
    num_dead = sum(not values[:, :, channel].any() for channel in range(64))
    assert f"64 channels · {num_dead} dead" in notes(app)[0]
    click(app, "clear-steps")
    assert "steps" not in app.query_params


@pytest.mark.parametrize("page", [AUGMENT, PAGES[1]])
def test_the_code_makes_what_is_shown(page: str) -> None:
    app = opened(page, steps=STEPS, picture="star", gain="1.25")
    names: dict[str, np.ndarray] = {}
    exec(app.code[0].value, names)
    expected = augment(open_sample("star").pixels, parse(STEPS))
    assert np.array_equal(names["pixels"], expected)
    if page == PAGES[1]:
        assert np.array_equal(names["brightened"], np.clip(expected * 1.25, 0, 255).astype(np.uint8))


def test_a_large_picture_of_ones_own_is_made_smaller_and_the_page_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (331, 1601, 3), dtype=np.uint8)
    app = brought(opened(AUGMENT, steps="rotate-1_hue-0.10"), "mine.png", png(pixels))
    assert not app.exception
    assert "at most 1280 pixels on a side" in captions(app)
    assert "265 × 1280" in captions(app)
    monkeypatch.chdir(tmp_path)
    Path("mine.png").write_bytes(png(pixels))
    names: dict[str, np.ndarray] = {}
    exec(app.code[0].value, names)
    assert np.array_equal(names["pixels"], augment(display_copy(pixels), parse("rotate-1_hue-0.10")))
    # Another picture goes through the same steps.
    app.switch_page(PAGES[1]).run()
    assert "mine.png · 1601 × 331" in captions(app)
    assert "at most 1280 pixels on a side" in captions(app)


def test_without_steps_the_brighten_page_stays_without_tensorflow() -> None:
    script = (
        "import sys\nfrom tests.ui.apps import PAGES, opened\n"
        "app = opened(PAGES[1], steps='garbage')\nassert not app.exception\n"
        "print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]

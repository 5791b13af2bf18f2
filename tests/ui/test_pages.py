"""Every page, opened from the app's first file, without a browser."""

import base64
import io
import re
import subprocess
import sys
from collections.abc import Callable

import keras
import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.shipped import shipped_batch
from tests.ui.apps import PAGES, ROOT, brought, components, opened
from vizcore.activations.reading import read
from vizcore.edits.brightness import Light, adjust
from vizcore.edits.distribution import distribution
from vizcore.inputs.fitting import preprocess_image
from vizcore.networks.catalogue import entries
from vizcore.networks.tutorial import build_simple_cnn, build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import SAMPLES, open_sample


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def notes(app: AppTest) -> list[str]:
    """The small print below the charts."""
    return [data["note"] for data in components(app) if data.get("note")]


def captions(app: AppTest) -> str:
    return "\n".join(caption.value for caption in app.caption)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(page: str) -> None:
    app = opened(page)
    assert not app.exception
    assert not app.error
    assert len(app.title) == 1
    assert "451 × 300" in captions(app)  # the cat


@pytest.mark.parametrize("page", PAGES)
def test_what_is_invalid_in_a_link_is_ignored(page: str) -> None:
    broken = opened(
        page,
        picture="../../etc/passwd",
        kind="contrast",
        gain="nan",
        offset="1e99",
        gamma="<script>",
        layers=["conv9", "conv1"],
        scale="0",
        order="colour",
        colours="rainbow",
        columns="-3",
        fit="squash",
        channel="conv1.99999999999999999999",
    )
    assert not broken.exception
    assert not broken.error
    assert "451 × 300" in captions(broken)


@pytest.mark.parametrize(
    "name",
    ["kind", "span", "lock", "contrast", "scale", "fit", "layers", "gain", "order", "columns", "channel", "picture"],
)
def test_an_empty_value_in_a_link_breaks_nothing(name: str) -> None:
    app = opened(PAGES[2], **{name: ""})
    assert not app.exception
    assert not app.error
    assert [app.segmented_control(key=key).value for key in ("kind", "span", "fit")] == ["gain", "channel", "stretch"]
    assert app.toggle(key="lock").value
    # No layer at all can be chosen; everything else falls back to where it begins.
    assert len(app.pills(key="layers").value) == (0 if name == "layers" else 4)


def test_an_amount_between_two_steps_becomes_the_nearest_everywhere() -> None:
    app = opened(PAGES[1], gain="2.349")
    assert app.number_input(key="gain").value == 2.35
    assert "pixels * 2.35" in app.code[0].value
    app.number_input(key="gain").set_value(0.127).run()
    assert app.number_input(key="gain").value == 0.13


def dragged(said: object, released: object = None) -> object:
    """What a page makes of what a component said of a thumb on its way, whoever wrote it."""

    def script(said: object, released: object) -> None:
        import streamlit as st

        from ui.session.brightness import FOLLOWED, held_thumb

        st.session_state["told"] = {"dragged": said}
        st.session_state[FOLLOWED[0]] = {"released": released}
        st.session_state["found"] = held_thumb("told")

    app = AppTest.from_function(script, kwargs={"said": said, "released": released}, default_timeout=60).run()
    assert not app.exception
    return app.session_state["found"]


@pytest.mark.parametrize(
    "said",
    [
        None,
        "1.5",
        {},
        {"kind": "gain"},
        {"kind": "gain", "amount": "1", "charts": []},
        {"kind": "gain", "amount": 10**400, "charts": []},
        {"kind": "gain", "amount": 1.2, "charts": "layer-conv1"},
        # Not the kind that is chosen.
        {"kind": "gamma", "amount": 1.2, "charts": []},
    ],
)
def test_a_thumb_that_says_nonsense_is_not_followed(said: object) -> None:
    assert dragged(said) is None


def test_a_run_that_answers_to_both_believes_the_newer_one() -> None:
    said = {"kind": "gain", "amount": 1.2, "charts": [], "at": 20.5}
    assert dragged(said) is not None
    for released_at, is_heard in ((20.6, False), (20.5, False), (20.4, True), ("soon", True), (None, True)):
        released = {"kind": "gain", "amount": 1.3, "at": released_at}
        assert (dragged(said, released=released) is not None) is is_heard
    assert dragged({**said, "at": None}, released={"kind": "gain", "amount": 1.3}) is None


def test_a_question_that_is_answered_after_the_release_is_not_followed() -> None:
    def script() -> None:
        import streamlit as st

        from ui.session.brightness import answer_release, held_thumb

        answer_release({"kind": "gain", "amount": 1.0, "at": 200.0})
        found = []
        for at in (199.0, 201.0):
            st.session_state["told"] = {"dragged": {"kind": "gain", "amount": 1.2, "charts": [], "at": at}}
            found.append(held_thumb("told") is not None)
        st.session_state["found"] = found

    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception
    assert app.session_state["found"] == [False, True]


def test_a_held_thumb_is_told_with_the_charts_on_the_screen() -> None:
    found = dragged({"kind": "gain", "amount": 9.0, "charts": ["layer-conv1", 7, None, "layer-conv1"]})
    assert found is not None
    assert found.light == Light.of("gain", 4.0)
    assert found.charts == {"layer-conv1"}


def gain_after(released: object) -> float:
    """The gain after a component said something, whoever wrote it."""

    def script(said: object) -> None:
        import streamlit as st

        from ui.session.brightness import answer_release, chosen_light

        answer_release(said)
        st.text(str(chosen_light().amount))

    app = AppTest.from_function(script, args=(released,), default_timeout=60).run()
    assert not app.exception
    return float(app.text[0].value)


@pytest.mark.parametrize("released", [None, 3, "gain", [], {"kind": "gain"}, {"kind": "x", "amount": 1}])
def test_what_is_no_release_of_a_slider_is_ignored(released: object) -> None:
    assert gain_after(released) == 1.5


@pytest.mark.parametrize(
    ("amount", "gain"), [(1e308, 1.5), (10**400, 1.5), (float("nan"), 1.5), ("3", 1.5), (-7, 0), (99, 4), (2.349, 2.35)]
)
def test_a_hostile_amount_is_ignored_or_becomes_one_of_the_sliders(amount: object, gain: float) -> None:
    assert gain_after({"kind": "gain", "amount": amount}) == gain


@pytest.mark.parametrize(
    "channel", ["conv1", "conv1.32", "conv1.-1", "conv1.1e3", "conv1.１", ".", "flatten.3", "conv1.٣"]
)
def test_a_channel_that_there_is_not_is_not_opened(channel: str) -> None:
    app = opened(PAGES[2], channel=channel)
    assert not app.exception
    assert not app.main.subheader


def test_the_whole_view_comes_from_the_link() -> None:
    app = opened(
        PAGES[2],
        picture="rocket",
        kind="gamma",
        gamma="0.5",
        layers=["conv2", "logits"],
        scale="tutorial",
        order="mean",
        colours="magma",
        columns="8",
        fit="crop",
        channel="conv2.17",
    )
    assert not app.exception
    assert "427" in captions(app)
    assert app.number_input(key="gamma").value == 0.5
    assert app.pills(key="layers").value == ["conv2", "logits"]
    assert [app.segmented_control(key=key).value for key in ("kind", "span", "fit")] == ["gamma", "tutorial", "crop"]
    assert [app.selectbox(key=key).value for key in ("order", "colours", "columns")] == ["mean", "magma", 8]
    assert "conv2, channel 17" in [heading.value for heading in app.subheader]


@pytest.mark.parametrize(("network", "build"), [("trained", build_trained_cnn), ("untrained", build_simple_cnn)])
def test_the_numbers_of_the_feature_maps_page_are_those_of_the_network(
    network: str, build: Callable[[], keras.Model]
) -> None:
    app = opened(PAGES[2], picture="rocket", gain="0.6", layers=["conv2", "dense1"], channel="conv2.3", network=network)
    edited, way = (
        adjust(display_copy(open_sample("rocket").pixels), Light.of("gain", 0.6)),
        entries()[network].interpolation,
    )
    batch = preprocess_image(edited, interpolation=way)
    values = read(build(), batch, ["conv2", "dense1"])
    num_silent = sum(not values["conv2"][:, :, channel].any() for channel in range(64))
    counts = re.match(r"64 channels · (\d+) dead \(.*?\)(?: · (\d+) silent here)?", notes(app)[0])
    assert counts is not None
    assert sum(int(count or 0) for count in counts.groups()) == num_silent
    assert f"64 units · {(values['dense1'] == 0).sum()} at zero" in notes(app)[1]
    chosen = values["conv2"][:, :, 3].astype(np.float64)
    table = next(data["rows"] for data in components(app) if data.get("rows"))
    assert [name for name, _ in table] == ["minimum", "maximum", "mean", "standard deviation", "share of zeros"]
    told = [float(number.replace("−", "-").rstrip("%")) for _, number in table]
    expected = [chosen.min(), chosen.max(), chosen.mean(), chosen.std(), 100 * (chosen == 0).mean()]
    assert told[:4] == pytest.approx(expected[:4], rel=1e-3, abs=1e-6)
    assert told[4] == pytest.approx(expected[4], abs=0.05)


def test_what_the_network_receives_is_shown_pixel_by_pixel() -> None:
    app = opened(PAGES[2], picture="star", gain="1.0", fit="pad")
    (source,) = [data["source"] for data in components(app) if "source" in data]
    found = np.asarray(Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))))
    batch = shipped_batch(display_copy(open_sample("star").pixels), fit="pad")
    np.testing.assert_array_equal(found, np.rint(batch[0] * 255).astype(np.uint8))


def many_channels() -> None:
    import numpy as np

    from tests.ui.feature_maps.test_arrangement import Outputs
    from ui.feature_maps.arrangement import arrange
    from ui.feature_maps.controls import LayerChoice
    from ui.feature_maps.maps import Maps
    from ui.feature_maps.paging import choose_page
    from vizcore.activations.layer import LayerInfo
    from vizcore.light.reaction import Reaction

    layer = LayerInfo("wide", "Conv2D", (5, 7, 130))
    values = {"wide": np.random.default_rng(1).normal(size=layer.shape).astype(np.float32)}
    choose_page(layer)
    reaction = Reaction(np.zeros(130), np.zeros(130, bool), 3)
    outputs = Outputs(values, values, np.zeros((5, 7, 3), np.uint8), reaction)
    Maps(arrange(layer, outputs, LayerChoice((layer,)), None)).show()


def test_more_than_64_channels_come_in_pages_of_64() -> None:
    shown = []
    for page in ("1", "2", "3"):
        app = AppTest.from_function(many_channels, default_timeout=60)
        app.query_params["page-wide"] = page
        figure = components(app.run())[0]["figure"]
        assert not app.exception
        shown.append(figure["layout"]["meta"]["channels"])
    assert shown == [list(range(64)), list(range(64, 128)), [128, 129]]


def test_the_picture_and_the_brightness_stay_when_the_page_is_switched() -> None:
    app = opened(PAGES[1], picture="coffee", gain="2.25")
    app.switch_page(PAGES[2]).run()
    assert app.number_input(key="gain").value == 2.25
    assert SAMPLES["coffee"].title in captions(app)
    app.switch_page(PAGES[1]).run()
    assert app.number_input(key="gain").value == 2.25
    assert app.query_params["picture"] == "coffee"


def test_the_numbers_of_the_brighten_page_are_those_of_numpy() -> None:
    app = opened(PAGES[1], picture="rocket", gain="2.5")
    before = display_copy(open_sample("rocket").pixels)
    after = adjust(before, Light.of("gain", 2.5))
    means = [
        np.average(pixels.reshape(-1, 3).mean(axis=0, dtype=np.float64), weights=[0.2126, 0.7152, 0.0722])
        for pixels in (before, after)
    ]
    assert app.metric[0].value == f"{means[0]:.1f} → {means[1]:.1f}"
    table = next(text.value for text in app.markdown if "highlights" in text.value).splitlines()
    for row, channel in zip(table[2:], range(3), strict=True):
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        for cell, value in ((cells[1], 0), (cells[2], 255)):
            shares = [(pixels[:, :, channel] == value).mean() for pixels in (before, after)]
            told = [float(number.strip().rstrip("%")) / 100 for number in cell.split("→")]
            assert told == pytest.approx(shares, abs=0.0005)
            assert [number == 0 for number in told] == [share < 0.00005 for share in shares]
    assert distribution(after).mean_luminance == pytest.approx(means[1])


def test_an_upload_is_the_picture_of_all_pages() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (17, 29, 3), dtype=np.uint8)
    app = brought(opened(PAGES[1]), "mine.png", png(pixels))
    assert not app.exception
    assert "mine.png · 29 × 17" in captions(app)
    assert "does not travel" in captions(app)
    app.switch_page(PAGES[2]).run()
    assert "mine.png · 29 × 17" in captions(app)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.txt", b"Dear all,\n"),
        ("empty.png", b""),
        ("cut.png", png(np.zeros((31, 37, 3), np.uint8))[:60]),
        ("page.png", b"<html><script>alert(1)</script></html>"),
        ("weights.h5", b"\x89HDF\r\n\x1a\n" + bytes(100)),
    ],
)
def test_a_refused_file_leaves_everything_as_it_was(name: str, content: bytes) -> None:
    app = opened(PAGES[1], picture="coffee")
    before = captions(app)
    brought(app, name, content)
    assert not app.exception
    assert len(app.error) == 1
    assert name in app.error[0].value
    assert captions(app) == before
    # Nothing of it is kept, and the next good picture takes the sentence away.
    assert "_arrived-upload" not in app.session_state
    brought(app, "mine.png", png(np.full((5, 7, 3), 9, np.uint8)))
    assert not app.error
    assert "mine.png · 7 × 5" in captions(app)


def test_a_link_to_somebodys_own_picture_says_that_it_stayed_behind() -> None:
    app = opened(PAGES[1], picture="own", gain="2")
    assert "which a link does not carry" in app.info[0].value
    assert app.number_input(key="gain").value == 2
    brought(app, "mine.png", png(np.full((5, 7, 3), 9, np.uint8)))
    assert not app.info


def test_the_brighten_page_never_imports_tensorflow() -> None:
    script = (
        "import sys\nfrom tests.ui.apps import PAGES, components, opened\n"
        "app = opened(PAGES[1])\nassert not app.exception\napp.number_input(key='gain').set_value(2.0).run()\n"
        "print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_scale_and_order_are_still_chosen_after_another_view() -> None:
    app = opened(PAGES[2], layers=["conv1"])
    app.segmented_control(key="span").set_value("layer").run()
    app.selectbox(key="order").set_value("mean").run()
    app.segmented_control(key="view").set_value("tuning curves").run()
    app.selectbox(key="curve-order").set_value("peak").run()
    assert not app.exception
    app.segmented_control(key="view").set_value("feature maps").run()
    assert not app.exception
    assert app.segmented_control(key="span").value == "layer"
    assert app.selectbox(key="order").value == "mean"
    app.segmented_control(key="view").set_value("tuning curves").run()
    assert app.selectbox(key="curve-order").value == "peak"


def test_what_cannot_be_followed_is_a_sentence_and_the_thumb_gets_its_answer() -> None:
    def script() -> None:
        import streamlit as st

        from ui.light.following.following import follow
        from ui.parts.part import Part
        from vizcore.errors import VizcoreError

        def refuse() -> dict:
            raise VizcoreError("Not these values.")

        def parts(held: object) -> list:
            if held.light.amount == 3:
                raise VizcoreError("Not at this amount.")
            makes = {"first": lambda: {"value": 7}, "second": refuse, "third": lambda: {"value": 8}, "unseen": refuse}
            return [Part(key, make, draw=print, layer=f"layer {key}") for key, make in makes.items()]

        amount = st.session_state.get("shown", 1.2)
        charts = ["first", "second", "third"]
        st.session_state["follow"] = {"dragged": {"kind": "gain", "amount": amount, "charts": charts}}
        follow(parts)

    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception
    answer = components(app)[0]
    assert answer["amount"] == 1.2
    # The other charts follow all the same.
    assert answer["updates"] == [{"key": "first", "value": 7}, {"key": "third", "value": 8}]
    assert answer["refusals"] == ["layer second: Not these values."]
    app.session_state["shown"] = 3
    answer = components(app.run())[0]
    assert (answer["amount"], answer["updates"], answer["refusals"]) == (3, [], ["Not at this amount."])


@pytest.mark.parametrize("page", PAGES[1:3])
def test_a_download_runs_no_page_so_that_the_next_click_finds_its_file(page: str) -> None:
    buttons = opened(page).get("download_button")
    assert buttons
    assert all(button.proto.ignore_rerun for button in buttons)

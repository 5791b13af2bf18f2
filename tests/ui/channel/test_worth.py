"""What a channel is worth and what carries the light, on the page, against networks that are rebuilt or run by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from tests.ui.apps import PAGES, brought, components, opened
from ui.cached import networks as cached_networks
from ui.channel.carrying import patched_layers
from ui.channel.ranking import is_ranked, ranked_rows
from vizcore import preprocess_image
from vizcore.activations.layer import LayerInfo
from vizcore.activations.reading import read
from vizcore.edits.brightness import KINDS, adjust
from vizcore.networks.shipped import shipped_card
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy, encode_png
from vizcore.pictures.samples import open_sample

layers = keras.layers
CHANNEL = PAGES[5]
CLASSES = shipped_card().classes
Logits = NDArray[np.float32]


def batch(gain: float) -> Logits:
    return preprocess_image(adjust(display_copy(open_sample("cat").pixels), KINDS["gain"].light(gain)))


@pytest.fixture(scope="module")
def network() -> keras.Model:
    return build_trained_cnn()


def part(app: AppTest, key: str) -> Any:
    assert not app.exception
    assert not app.error
    return next(data for data in components(app) if data.get("key") == key)


def probabilities(logits: Logits) -> dict[str, float]:
    powers = np.exp(logits.astype(np.float64))
    return dict(zip(CLASSES, (powers / powers.sum()).tolist(), strict=True))


def assert_bars(bars: list[dict[str, Any]], logits: Logits) -> None:
    expected = sorted(probabilities(logits).items(), key=lambda pair: -pair[1])[:5]
    assert [bar["name"] for bar in bars] == [name for name, _ in expected]
    assert [bar["end"] for bar in bars] == pytest.approx([share for _, share in expected], abs=1e-5)


def without(network: keras.Model, channel: int, pictures: Logits) -> Logits:
    """The logits of the network without a channel of conv2, in a rebuilt one."""
    rebuilt = keras.models.clone_model(network)
    rebuilt.set_weights(network.get_weights())
    kernel = rebuilt.get_layer("conv3").kernel.numpy()
    kernel[:, :, channel] = 0
    rebuilt.get_layer("conv3").kernel.assign(kernel)
    return np.asarray(rebuilt(pictures))[0]


def with_conv2(network: keras.Model, maps: Logits) -> Logits:
    """The logits that come of other maps of conv2, one layer after the other."""
    values = maps[np.newaxis]
    for name in ("pool2", "conv3", "flatten", "dense1", "logits"):
        values = network.get_layer(name)(values)
    return np.asarray(values)[0]


def test_a_channel_at_zero_is_the_network_without_it(network: keras.Model) -> None:
    app = opened(CHANNEL, channel="conv2.7", gain="1.5")
    free, held = np.asarray(network(batch(1.5)))[0], without(network, 7, batch(1.5))
    assert_bars(part(app, "worth-free")["bars"], free)
    assert_bars(part(app, "worth-held")["bars"], held)
    assert part(app, "worth-held")["title"] == "Held at zero"
    winner, second = np.argsort(-free)[:2]
    rows = {row["target"]["channel"]: row for row in part(app, "worth-ranking")["rows"]}
    for channel in [7, *list(rows)[-2:]]:
        logits = without(network, channel, batch(1.5))
        effect = (logits[winner] - logits[second]) - (free[winner] - free[second])
        assert float(rows[channel]["number"].replace("−", "-")) == pytest.approx(effect, rel=6e-3)
    assert [channel for channel, row in rows.items() if row["here"]] == [7]
    sizes = [abs(row["share"]) for row in rows.values()]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 1


def test_a_channel_at_its_unedited_value_is_what_patching_it_gives(network: keras.Model) -> None:
    app = opened(CHANNEL, channel="conv2.11", gain="1.5", hold="unedited")
    before, after = (read(network, batch(gain), ["conv2", "logits"]) for gain in (1, 1.5))
    maps = after["conv2"].copy()
    maps[..., 11] = before["conv2"][..., 11]
    held = with_conv2(network, maps)
    assert_bars(part(app, "worth-held")["bars"], held)
    winner, second = np.argsort(-before["logits"])[:2]
    assert after["logits"].argmax() == winner
    start, end, here = (logits[winner] - logits[second] for logits in (after["logits"], before["logits"], held))
    row = next(row for row in part(app, "worth-channels")["rows"] if row["here"])
    assert row["target"] == {"layer": "conv2", "channel": 11}
    assert float(row["number"].replace("−", "-")) == pytest.approx((here - start) / (end - start), rel=6e-3)


def test_a_channel_at_its_mean(network: keras.Model) -> None:
    app = opened(CHANNEL, channel="conv2.5", gain="1.5", hold="mean")
    maps = read(network, batch(1.5), ["conv2"])["conv2"].copy()
    maps[..., 5] = maps[..., 5].mean()
    held = with_conv2(network, maps)
    assert_bars(part(app, "worth-held")["bars"], held)


def test_nothing_is_exactly_0_and_a_layer_that_cuts_the_network_exactly_1() -> None:
    app = opened(CHANNEL, channel="conv2.3", gain="1.5")
    assert part(app, "worth-controls")["rows"] == [["Patch nothing", "0"], ["Patch the whole layer", "1"]]
    rows = part(app, "worth-layers")["rows"]
    assert [row["target"]["layer"] for row in rows] == [
        "conv1", "pool1", "conv2", "pool2", "conv3", "flatten", "dense1", "logits",
    ]  # fmt: skip
    assert {row["share"] for row in rows} == {1.0}
    assert [row["name"] for row in rows if row["here"]] == ["conv2"]


def test_a_bar_of_a_layer_opens_the_channel_that_the_edit_changes_most(network: keras.Model) -> None:
    before, after = (read(network, batch(gain), ["conv2", "dense1"]) for gain in (1, 1.5))
    rows = {row["name"]: row for row in part(opened(CHANNEL, channel="conv2.3", gain="1.5"), "worth-layers")["rows"]}
    for name in ("conv2", "dense1"):
        change = np.abs(after[name] - before[name])
        assert rows[name]["target"]["channel"] == change.reshape(-1, change.shape[-1]).sum(axis=0).argmax()


def test_the_counts_are_those_of_the_means(network: keras.Model) -> None:
    app = opened(CHANNEL, channel="conv3.0", gain="1.5")
    table = app.table[0].value.set_index("layer")
    for name in ("conv1", "conv3", "dense1"):
        before, after = (read(network, batch(gain), [name])[name] for gain in (1, 1.5))
        before, after = (maps.reshape(-1, maps.shape[-1]).mean(axis=0) for maps in (before, after))
        both = (before > 0) & (after > 0)
        assert table.loc[name, "woke"] == str(((before == 0) & (after > 0)).sum())
        assert table.loc[name, "fell silent"] == str(((before > 0) & (after == 0)).sum())
        assert table.loc[name, "excited"] == str((both & (after - before >= 0.1 * after)).sum())
        assert table.loc[name, "inhibited"] == str((both & (before - after >= 0.1 * before)).sum())
    assert part(app, "worth-effect")["text"].startswith("conv3 · 0 ")


def test_without_an_edit_nothing_that_needs_one_is_computed() -> None:
    app = opened(CHANNEL, channel="conv2.3", gain="1.0", hold="unedited")
    assert part(app, "worth-words")["text"].startswith("Nothing is edited")
    for key in ("worth-ranking", "worth-layers", "worth-channels", "worth-controls"):
        assert part(app, key)["rows"] == []
    assert part(app, "worth-layers")["note"].startswith("Nothing is edited")
    assert part(app, "worth-effect")["text"].startswith("Nothing is edited")
    assert not app.table


@pytest.mark.parametrize("hold", ["zero", "unedited"])
def test_a_held_thumb_moves_the_parts_to_what_is_drawn_at_its_amount(hold: str) -> None:
    app = opened(CHANNEL, channel="conv2.11", gain="1.0", hold=hold)
    there = opened(CHANNEL, channel="conv2.11", gain="3.0", hold=hold)
    names = ("free", "held", "words", "ranking", "flips", "layers", "channels", "controls", "effect")
    keys = [f"worth-{name}" for name in names]
    app.session_state["follow"] = {"dragged": {"kind": "gain", "amount": 3.0, "charts": keys}}
    answer = next(data for data in components(app.run()) if "updates" in data)
    assert (answer["amount"], answer["refusals"]) == (3.0, [])
    assert [update["key"] for update in answer["updates"]] == keys
    for values in answer["updates"]:
        drawn = part(there, values["key"])
        assert values == {name: drawn[name] for name in values}


def test_a_unit_of_a_vector_is_its_own_mean() -> None:
    app = opened(CHANNEL, channel="dense1.3", gain="1.5", hold="mean")
    assert "its own mean" in part(app, "worth-words")["text"]
    assert part(app, "worth-held")["bars"] == part(app, "worth-free")["bars"]
    assert part(app, "worth-held")["title"] == "Held at its mean"


@pytest.mark.parametrize("hold", ["one", "0"])
def test_a_hold_that_a_link_does_not_know_is_zero(hold: str) -> None:
    app = opened(CHANNEL, channel="conv2.7", hold=hold)
    assert part(app, "worth-held")["title"] == "Held at zero"
    assert any(f"hold={hold}" in info.value for info in app.info)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    def show(model: keras.Model, **parameters: str) -> AppTest:
        model.save(tmp_path / "own.keras")
        monkeypatch.setenv("VIZCORE_MODEL", str(tmp_path / "own.keras"))
        cached_networks.network.clear()
        app = opened(CHANNEL, network="own model", **parameters)
        assert not app.exception
        return app

    return show


def two_means() -> keras.Model:
    """The logits are twice the mean of red, and the mean of green plus 0.9."""
    pixels = keras.Input((5, 7, 3))
    means = layers.GlobalAveragePooling2D(name="means")(layers.ReLU(name="on")(pixels))
    model = keras.Model(pixels, layers.Dense(2, name="answer")(means))
    model.get_layer("answer").set_weights([np.array([[2.0, 0], [0, 1], [0, 0]]), np.array([0, 0.9])])
    return model


@pytest.mark.parametrize(
    ("channel", "hold", "said"),
    [
        # At a gain g red is 0.8 g and green 0.6 g: 1.6 g = 0.6 g + 0.9 at 0.9. Bytes are cut: 183 and 137 of 255
        # at 0.90, where green still wins.
        ("on.1", "zero", "By gain, not held: green from 0.00 to 0.90; above it is red. "
                         "Held at zero: green from 0.00 to 0.56; above it is red."),
        ("on.1", "unedited", "By gain, not held: green from 0.00 to 0.90; above it is red. "
                             "Held as unedited: green from 0.00 to 0.94; above it is red."),
        ("on.0", "zero", "By gain, not held: green from 0.00 to 0.90; above it is red. "
                         "Held at zero: green at all 101 levels of gain from 0.00 to 4.00."),
        ("on.2", "zero", "By gain, held or not: green from 0.00 to 0.90; above it is red."),
        ("means.1", "zero", "By gain, not held: green from 0.00 to 0.90; above it is red. "
                            "Held at zero: green from 0.00 to 0.56; above it is red."),
    ],
)  # fmt: skip
def test_where_the_answer_flips_held_and_not_held(
    own: Callable[..., AppTest], tmp_path: Path, channel: str, hold: str, said: str
) -> None:
    (tmp_path / "own.txt").write_text("red\ngreen", encoding="utf-8")
    colour = np.broadcast_to(np.array([204, 153, 0], np.uint8), (5, 7, 3))
    app = brought(own(two_means(), channel=channel, hold=hold, gain="0.5"), "plain.png", encode_png(colour))
    assert part(app, "worth-flips")["text"] == said


def test_a_hold_that_changes_nothing_has_no_flips_and_a_deep_network_is_not_asked(own: Callable[..., AppTest]) -> None:
    for app in (
        own(beside_a_residual(), channel="pool.1", hold="mean"),
        own(deep(), channel="pool.1", worth="true"),
    ):
        assert "worth-words" in {data.get("key") for data in components(app)}
        assert "worth-flips" not in {data.get("key") for data in components(app)}


def test_a_map_of_one_cell_is_its_own_mean(own: Callable[..., AppTest], tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("red\ngreen", encoding="utf-8")
    pixels = keras.Input((5, 7, 3))
    means = layers.GlobalAveragePooling2D(keepdims=True, name="means")(pixels)
    model = keras.Model(pixels, layers.Dense(2, name="answer")(layers.Flatten()(means)))
    app = own(model, channel="means.1", hold="mean", gain="1.5")
    assert part(app, "worth-words")["text"] == "A map of one cell is its own mean: this hold changes nothing."
    assert "worth-flips" not in {data.get("key") for data in components(app)}


def beside_a_residual() -> keras.Model:
    picture = keras.Input((8, 12, 3), name="picture")
    begin = layers.Conv2D(4, 3, padding="same", activation="relu", name="begin")(picture)
    inside = layers.Conv2D(4, 3, padding="same", name="inside")(begin)
    joined = layers.GlobalAveragePooling2D(name="pool")(layers.Add(name="join")([begin, inside]))
    return keras.Model(picture, layers.Dense(3, activation="softmax", name="answer")(joined))


def test_beside_a_residual_the_layer_alone_has_its_number_and_a_sentence(own: Callable[..., AppTest]) -> None:
    controls = part(own(beside_a_residual(), channel="inside.1", gain="1.5"), "worth-controls")
    assert "The light also leads past this layer, through “begin”" in controls["text"]
    (_, nothing), (_, alone), (_, together) = controls["rows"]
    assert (nothing, together) == ("0", "1")
    assert alone not in ("0", "1")


def test_two_equal_answers_have_no_way_between_them(own: Callable[..., AppTest]) -> None:
    model = beside_a_residual()
    model.get_layer("answer").kernel.assign(np.zeros((4, 3)))
    app = own(model, channel="inside.1", gain="1.5")
    assert [part(app, f"worth-{key}")["rows"] for key in ("layers", "channels", "controls")] == [[], [], []]
    assert part(app, "worth-layers")["note"].startswith("Both answers are equal")


def deep() -> keras.Model:
    """More than two million values."""
    picture = keras.Input((160, 160, 3), name="picture")
    maps = layers.Conv2D(100, 3, activation="relu", name="conv")(picture)
    pooled = layers.GlobalMaxPooling2D(name="pool")(maps)
    return keras.Model(picture, layers.Dense(3, activation="softmax", name="answer")(pooled))


def test_of_a_deep_network_it_is_computed_when_it_is_asked_for(own: Callable[..., AppTest]) -> None:
    app = own(deep(), channel="pool.1", gain="1.5")
    assert [toggle.label for toggle in app.toggle if toggle.key == "worth"] == ["Compute it"]
    assert not any(str(data.get("key", "")).startswith("worth-") for data in components(app))
    app = own(deep(), channel="conv.1", gain="1.5", worth="true")
    assert part(app, "worth-controls")["rows"] == [["Patch nothing", "0"], ["Patch the whole layer", "1"]]
    assert len(part(app, "worth-ranking")["rows"]) == 12


def test_a_layer_of_very_many_values_is_not_ranked() -> None:
    assert is_ranked(LayerInfo("flatten", "Flatten", (9216,)))
    assert not is_ranked(LayerInfo("flatten", "Flatten", (20_000,)))


def of_features() -> keras.Model:
    picture = keras.Input((8, 12, 3), name="picture")
    return keras.Model(picture, layers.Conv2D(4, 3, name="conv")(picture))


def test_a_network_without_classes_says_so_and_still_tells_what_woke(own: Callable[..., AppTest]) -> None:
    app = own(of_features(), channel="conv.1", gain="1.5")
    assert any("no classes" in caption.value for caption in app.caption)
    keys = {data["key"] for data in components(app) if str(data.get("key", "")).startswith("worth-")}
    assert keys == {"worth-effect"}
    assert list(app.table[0].value["layer"]) == ["conv"]


def test_the_channel_of_the_page_is_always_among_the_bars() -> None:
    layer = LayerInfo("maps", "Conv2D", (5, 7, 20))
    rows = ranked_rows(layer, [float(value) for value in range(20)], 3)
    assert [row["target"] and row["target"]["channel"] for row in rows] == [
        19,
        18,
        17,
        16,
        15,
        14,
        13,
        12,
        11,
        10,
        9,
        3,
    ]
    assert [row["share"] for row in rows[:2]] == [1, 18 / 19]


def test_values_that_are_not_finite_do_not_decide_the_length_of_bars() -> None:
    rows = ranked_rows(LayerInfo("units", "Dense", (4,)), [-np.inf, 2.0, np.nan, -1.0], 0)
    assert {row["name"]: row["share"] for row in rows} == {
        "units · 0": -1, "units · 1": 1, "units · 3": -0.5, "units · 2": 0,
    }  # fmt: skip


def test_of_many_layers_some_of_equal_distance_are_patched_and_this_one() -> None:
    many = [LayerInfo(f"layer{index}", "Conv2D", (1, 1, 1)) for index in range(100)]
    shown = [many.index(layer) for layer in patched_layers(many, many[50])]
    assert shown == [0, 9, 18, 27, 36, 45, 50, 54, 63, 72, 81, 90, 99]
    assert patched_layers(many[:12], many[3]) == many[:12]

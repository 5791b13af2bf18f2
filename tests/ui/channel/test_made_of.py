"""The section on the kernel, the layer's kernels, the listeners and the network."""

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.apps import PAGES, components, opened
from ui.channel.made_of import weights_table
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.units.kernels import Kernel

CHANNEL = PAGES[5]


def part(app: AppTest, key: str) -> dict[str, Any]:
    assert not app.exception
    return next(data for data in components(app) if data.get("key") == key)


def test_the_sum_of_the_kernel_and_the_bias_are_those_of_the_network() -> None:
    kernel, bias = build_trained_cnn().get_layer("conv2").get_weights()
    rows = dict(part(opened(CHANNEL, channel="conv2.17", gain="1.5"), "kernel-words")["rows"])
    numbers = {name: float(text.replace("\N{MINUS SIGN}", "-")) for name, text in rows.items()}
    assert numbers["ΣK"] == pytest.approx(kernel[..., 17].sum(), rel=1e-3)
    assert numbers["bias"] == pytest.approx(bias[17], rel=1e-3)
    assert "∂ mean / ∂ gain, measured" in numbers


def test_the_numbers_of_the_kernel_are_those_of_the_network() -> None:
    weights = build_trained_cnn().get_layer("conv1").get_weights()[0]
    app = opened(CHANNEL, channel="conv1.4")
    assert not app.dataframe
    app.session_state["kernel-numbers"] = True
    table = app.run().dataframe[0].value.set_index("input")
    assert list(table.index) == ["input · red", "input · green", "input · blue"]
    for row, column, channel in np.ndindex(3, 3, 3):
        assert table[f"{row}, {column}"].iloc[channel] == weights[row, column, channel, 4]
    assert table.shape == (3, 9)


def test_the_table_of_a_kernel_names_the_channels_that_it_reads() -> None:
    values = np.arange(12.0).reshape(1, 3, 4)
    table = weights_table(Kernel("two", 0, values, np.array([4, 5, 6, 7]), 0.5), "one", input_channels=3)
    assert table == {
        "input": ["one · 4", "one · 5", "one · 6", "one · 7"],
        "0, 0": [0, 1, 2, 3],
        "0, 1": [4, 5, 6, 7],
        "0, 2": [8, 9, 10, 11],
    }


def test_those_who_listen_most_have_the_largest_weights() -> None:
    kernel = build_trained_cnn().get_layer("conv3").get_weights()[0][:, :, 17]
    rows = part(opened(CHANNEL, channel="conv2.17"), "listeners-conv3")["rows"]
    order = np.argsort(-np.abs(kernel).sum(axis=(0, 1)), kind="stable")[:10]
    assert [row["target"] for row in rows] == [{"layer": "conv3", "channel": int(channel)} for channel in order]
    for row, channel in zip(rows, order, strict=True):
        assert float(row["number"].replace("\N{MINUS SIGN}", "-")) == pytest.approx(
            kernel[..., channel].sum(), rel=1e-2
        )


@pytest.mark.parametrize(("channel", "keys"), [("conv1.4", {"kernel", "kernels"}), ("logits.3", {"kernel-weights"})])
def test_every_kernel_has_its_picture_or_its_numbers(channel: str, keys: set[str]) -> None:
    app = opened(CHANNEL, channel=channel)
    assert not app.error
    assert keys <= {data.get("key") for data in components(app)}


def test_a_layer_without_a_kernel_says_so_and_shows_the_rest() -> None:
    app = opened(CHANNEL, channel="pool1.4")
    assert not app.exception
    assert not app.error
    assert any("pool1 (MaxPooling2D) has no kernel" in caption.value for caption in app.caption)
    assert part(app, "listeners-conv2")["rows"]

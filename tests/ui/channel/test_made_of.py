"""The section on the kernel, the layer's kernels, the listeners and the network."""

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.apps import PAGES, components, opened
from vizcore.networks.tutorial import build_trained_cnn

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

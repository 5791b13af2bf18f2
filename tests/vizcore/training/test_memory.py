"""What a training would take, said in numbers."""

import math

import pytest

from vizcore.activations.layer import LayerInfo
from vizcore.activations.tracing import trace
from vizcore.errors import VizcoreError
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.training.memory import _ACTIVATIONS, _WEIGHTS, check_memory, training_bytes
from vizcore.training.options import Options


def test_the_sizes_are_those_of_the_network() -> None:
    network = build_simple_cnn()
    layers: tuple[LayerInfo, ...] = trace(network).layers
    up_to_flat = [layer for layer in layers if layer.name not in ("dense1", "logits")]
    assert sum(math.prod(layer.shape) for layer in up_to_flat) == _ACTIVATIONS
    assert network.count_params() == pytest.approx(_WEIGHTS, rel=0.01)


def test_more_pictures_and_larger_steps_take_more() -> None:
    def needed(number: int, batch: int, reading: int = 0) -> int:
        return training_bytes(Options(batch_size=batch), num_pictures=number, picture_shape=(32, 31), reading=reading)

    assert needed(1001, 64) - needed(1, 64) == 1000 * 32 * 31 * 3
    assert needed(1, 128) > needed(1, 64) > needed(1, 16)
    # Reading is over before the first step.
    assert needed(1, 64, 1000) == needed(1, 64)
    assert needed(1, 16, 10**9) > 10**9


def test_a_refusal_says_both_numbers_and_what_to_do() -> None:
    check_memory(1_000_000, most=1_000_000)
    with pytest.raises(VizcoreError, match=r"about 1,234 MB .* up to 1,000 MB .* fewer"):
        check_memory(1_234_000_000, most=1_000_000_000)

"""What a channel prefers: the pictures of one unit of the small network, and how soon a deep climb stops."""

import time
from itertools import pairwise

import keras
import numpy as np

from benchmarks.elsewhere import hand_over
from benchmarks.lines import Line, milliseconds, times
from benchmarks.timing import interleaved
from vizcore.activations.interface import Objective
from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.units.maximisation import Climb, Watch, maximise

_SMALL, _DEEP = Objective("conv3", 5), Objective("block_6_expand", 3)
_MOST_SECONDS, _STOP = 10.0, 1.0


def measure() -> list[Line]:
    """The tutorial's network with its trained weights, and MobileNetV2 with random ones."""
    return [*_small(trace(build_trained_cnn())), _deep(trace(keras.applications.MobileNetV2(weights=None)))]


def _small(network: TracedNetwork) -> list[Line]:
    batch = np.full((1, *network.input_shape), 0.5, np.float32)
    climb = Climb()
    maximise(network, _SMALL, RANGES["0…1"], climb=Climb(steps=2, number=1))
    began = time.perf_counter()
    found = maximise(network, _SMALL, RANGES["0…1"], climb=climb)
    seconds = time.perf_counter() - began
    single, step = interleaved(
        lambda: network.read(batch, [_SMALL.layer]), lambda: network.ascent(batch, _SMALL), repeats=25, warm_up=3
    )
    steps = sum(each.steps for each in found)
    return [
        Line(
            f"{len(found)} pictures that conv3 · 5 prefers",
            f"{seconds:.1f} s",
            f"≤ {_MOST_SECONDS:.0f} s",
            seconds <= _MOST_SECONDS,
            f"{steps} steps; values {', '.join(f'{each.value:.3g}' for each in found)}",
        ),
        Line(
            "The gradient of a step / a single pass to the layer",
            times(step / single),
            beside=f"{milliseconds(step)} / {milliseconds(single)}",
        ),
    ]


def _deep(network: TracedNetwork) -> Line:
    """A climb looks before every step whether it must stop, so it stops after the longest step at the latest."""
    ends: list[float] = []
    maximise(
        network,
        _DEEP,
        RANGES["−1…1"],
        climb=Climb(steps=12, number=1, constrained=True, crops=2),
        watch=Watch(lambda ascent: ends.append(time.perf_counter())),
    )
    longest = max(after - before for before, after in pairwise(ends))
    return Line(
        "The longest step of a climb in MobileNetV2, after which it can stop",
        milliseconds(longest),
        f"≤ {_STOP:.0f} s",
        longest <= _STOP,
        "12 steps; the first, which builds the graph, is left out",
    )


if __name__ == "__main__":
    hand_over(measure())

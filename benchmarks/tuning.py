"""Tuning curves and derivatives: many levels in one batch against one by one, and the slopes of all values.

All levels of a kind of brightness for one picture, through the tutorial's network with its trained weights.
"""

from collections.abc import Sequence

from benchmarks.elsewhere import hand_over
from benchmarks.lines import Line, milliseconds, times
from benchmarks.timing import interleaved
from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.arrays import ByteArray, FloatArray
from vizcore.edits.brightness import Light
from vizcore.inputs import prepared as inputs_prepared
from vizcore.inputs.prepared import InputFormat, prepared_exactly, prepared_levels
from vizcore.inputs.value_ranges import RANGES
from vizcore.light import curves
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample

_LEVELS = (41, 101)
_EDITED = Light.of("gain", 1.5)
_REPEATS = 5


def measure() -> list[Line]:
    """All sides are warm. Both ways of a comparison return means and maxima of all layers, or all their values."""
    network = trace(build_trained_cnn())
    pixels = display_copy(open_sample("rocket").pixels)
    wanted = InputFormat(network.input_shape, RANGES["0…1"])
    return [
        *(line for number in _LEVELS for line in _levels(network, pixels, wanted, number)),
        _derivative(network, pixels, wanted),
    ]


def _levels(network: TracedNetwork, pixels: ByteArray, wanted: InputFormat, number: int) -> tuple[Line, Line, Line]:
    names = [layer.name for layer in network.layers]
    amounts = _EDITED.kind.slider.levels(number)

    def prepared(some: Sequence[float]) -> FloatArray:
        return prepared_levels(pixels, [_EDITED.kind.light(amount) for amount in some], wanted=wanted)

    def one(amount: float) -> FloatArray:
        return inputs_prepared.prepared(pixels, _EDITED.kind.light(amount), wanted=wanted)

    batch = prepared(amounts)
    seconds = interleaved(
        lambda: [network.summarise_many(batch[[level]], names) for level in range(number)],
        lambda: network.summarise_many(batch, names),
        lambda: [network.summarise_many(one(amount), names) for amount in amounts],
        lambda: curves.tuning_curves(network, amounts, names, batch_of=prepared),
        lambda: [one(amount) for amount in amounts],
        lambda: prepared(amounts),
        repeats=_REPEATS,
    )
    at_once = curves.pictures_at_once(layer.shape for layer in network.layers)
    whats = (
        f"{number} levels through all {len(names)} layers: one pass each / all in one, network alone",
        f"{number} levels, from picture to curves: one pass each / passes of up to {at_once} levels",
        f"{number} levels, preparation alone: one each / all in one",
    )
    pairs = zip(seconds[::2], seconds[1::2], strict=True)
    single, batched, preparation = (
        Line(what, times(alone / together), beside=f"{milliseconds(alone)} / {milliseconds(together)}")
        for what, (alone, together) in zip(whats, pairs, strict=True)
    )
    return single, batched, preparation


def _derivative(network: TracedNetwork, pixels: ByteArray, wanted: InputFormat) -> Line:
    names = [layer.name for layer in network.layers]
    batch = prepared_exactly(pixels, _EDITED, wanted=wanted)
    tangent = inputs_prepared.tangent(pixels, _EDITED, wanted=wanted)
    slope, plain = interleaved(
        lambda: network.read_with_derivative(batch, tangent, names),
        lambda: network.read(batch, names),
        repeats=20 * _REPEATS,
        warm_up=5,
    )
    return Line(
        f"All values of all {len(names)} layers with their exact derivatives / the values alone",
        times(slope / plain),
        beside=f"{milliseconds(slope)} / {milliseconds(plain)}",
    )


if __name__ == "__main__":
    hand_over(measure())

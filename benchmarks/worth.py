"""What channels are worth: all 64 channels of a layer held or patched, against single passes of the network."""

import numpy as np

from benchmarks.elsewhere import hand_over
from benchmarks.lines import Line, milliseconds, times
from benchmarks.timing import interleaved
from vizcore.activations.tracing import trace
from vizcore.edits.brightness import Light
from vizcore.inputs.prepared import InputFormat, prepared
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample
from vizcore.units.answers import decision
from vizcore.units.patching import patching
from vizcore.units.worth import changed_channels, worth

_ANSWER, _KIND = "logits", "logits"
_TARGET = 20
_REPEATS = 15


def measure() -> list[Line]:
    """The tutorial's network with its trained weights. A single pass gives the answer, from the picture on."""
    return [line for layer in ("conv2", "conv3") for line in _layer(layer)]


def _layer(layer: str) -> list[Line]:
    network = trace(build_trained_cnn())
    pixels = display_copy(open_sample("rocket").pixels)
    wanted = InputFormat(network.input_shape, RANGES["0…1"])
    before, after = (prepared(pixels, Light.of("gain", amount), wanted=wanted) for amount in (1.0, 1.5))
    behind = network.behind(layer, _ANSWER)
    unedited, edited = behind.midway(before), behind.midway(after)
    answers = [network.read(batch, [_ANSWER])[_ANSWER] for batch in (before, after)]
    measured = decision(*answers, answer_kind=_KIND)
    single, held, patched = interleaved(
        lambda: network.read(after, [_ANSWER]),
        lambda: worth(behind, edited, hold="unedited", original=unedited, answer_kind=_KIND),
        lambda: patching(behind, unedited, edited, measured),
        repeats=_REPEATS,
        warm_up=3,
    )
    number = int(np.count_nonzero(changed_channels(edited.activation, unedited.activation)))
    return [
        Line(
            f"{layer}: {edited.activation.shape[-1]} channels {what} / a single pass",
            times(seconds / single),
            f"≤ {_TARGET} ×",
            seconds / single <= _TARGET,
            f"{milliseconds(seconds)} / {milliseconds(single)}; {number} of the channels are changed at all",
        )
        for what, seconds in (("held one by one", held), ("patched one by one, with the controls", patched))
    ]


if __name__ == "__main__":
    hand_over(measure())

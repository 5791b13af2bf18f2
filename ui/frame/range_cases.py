"""What a network receives, and answers, with each of the numbers that it may expect: a help for the choice."""

from ui.cached.outputs import Layers
from ui.parts.picture_row import picture_row
from ui.values import CurrentPicture, Subject
from vizcore.activations.predictions import leading
from vizcore.arrays import ByteArray
from vizcore.edits.brightness import UNEDITED
from vizcore.errors import VizcoreError
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks.network import Entry, Network

_WIDTH = 104  # px: two beside each other in the sidebar


def range_cases(picture: CurrentPicture, entry: Entry, network: Network) -> None:
    """Draw the picture as the network receives it, once for each value range, with its numbers and the answer."""
    shown: list[ByteArray] = []
    captions = []
    for name in entry.value_ranges:
        layers = Layers(Subject(picture, entry.taking(name)), UNEDITED, network, ())
        try:
            pixels, answer = layers.received, _answer(network, layers)
        except VizcoreError:
            # A range for colours, and a network for grey: the choice itself says so.
            continue
        values = RANGES[name].values_of(pixels)
        shown.append(pixels)
        captions.append(f"{name}: {_written(values.min())} to {_written(values.max())}{answer}")
    picture_row(shown, captions, key="range-cases", width=_WIDTH)


def _written(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def _answer(network: Network, layers: Layers) -> str:
    if network.classes is None:
        return ""
    (first,) = leading(layers.original[network.answer], network.classes, kind=network.answer_kind, number=1)
    return f" · {first.name} {first.probability:.0%}"

"""What channels prefer: their strongest cells on the sample pictures, and pictures that climbs have found."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock

import numpy as np
import streamlit as st

from ui.cached import light as cached_light
from ui.cached import units as cached_units
from ui.cached.pictures import sample
from ui.jobs.climbing import Question, Search
from ui.values import Subject
from vizcore.activations.interface import Objective
from vizcore.arrays import ByteArray, FloatArray
from vizcore.edits.brightness import UNEDITED, Light
from vizcore.inputs.lens import PLAIN
from vizcore.inputs.prepared import InputFormat, prepared
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks.network import Network
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import SAMPLES
from vizcore.units.maximisation import Ascent, Preferred, Watch, accentuate, maximise
from vizcore.units.strongest import Peaks, peaks

_MOST_ON_SHELF, _MOST_BYTES_ON_SHELF = 64, 32_000_000
MOST_PATCHES, LONGEST_SIDE = 6, 256  # pixels: twice what a page shows
_LEVELS = "0…255"
"""The value range whose numbers are levels."""


def on_sample(subject: Subject, key: str) -> Subject:
    """A sample picture on the way that a picture takes into the network, but for the lens."""
    return replace(subject, picture=sample(key), lens=PLAIN)


def way(subject: Subject) -> str:
    """What the input of a network for any picture depends on, without a lens."""
    entry = subject.entry
    return repr((entry.name, entry.version, entry.value_range, subject.fit, subject.interpolation))


@dataclass(frozen=True, eq=False)
class Patch:
    """What the strongest cell of a channel sees of a sample picture.

    Attributes:
        key: of the sample.
        value: of the cell.
        pixels: (h, w, 3) uint8, cut out of the picture at its own resolution, or reduced to `LONGEST_SIDE`. A black
            pixel for a cell that sees padding alone.
    """

    key: str
    value: float
    pixels: ByteArray


@dataclass(frozen=True, eq=False)
class OnSamples:
    """What the sample pictures do to a channel.

    Attributes:
        patches: of the pictures on which a cell stands out, the strongest first.
        mean: the largest mean of the channel on a picture; None if none is finite.
        mean_of: key of that sample.
    """

    patches: tuple[Patch, ...]
    mean: float | None
    mean_of: str


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs={Subject: way})
def _peaks(subject: Subject, layer: str, _network: Network) -> Peaks:
    batches = (cached_light.given(on_sample(subject, key), UNEDITED)[None] for key in SAMPLES)
    return peaks([_network.traced.read(batch, [layer])[layer] for batch in batches])


@st.cache_data(max_entries=64, max_size="24mb", show_spinner=False, hash_funcs={Subject: way})
def on_samples(subject: Subject, layer: str, channel: int, _network: Network) -> OnSamples:
    """What the sample pictures do to a channel.

    Args:
        subject: the network, and how a picture becomes its input. Its picture and its lens do not matter.
        layer: name of the layer.
        channel: index of the channel.
        _network: the network.
    """
    found, keys = _peaks(subject, layer, _network), list(SAMPLES)
    patches = []
    for place in found.order(channel)[:MOST_PATCHES]:
        row, column = found.cells[place, channel].tolist()
        pixels = _patch(on_sample(subject, keys[place]), _network, layer, channel, (row, column))
        patches.append(Patch(keys[place], float(found.values[place, channel]), pixels))
    means = found.means[:, channel]
    if not np.isfinite(means).any():
        return OnSamples(tuple(patches), None, "")
    most = int(np.where(np.isfinite(means), means, -np.inf).argmax())
    return OnSamples(tuple(patches), float(means[most]), keys[most])


def _patch(subject: Subject, network: Network, layer: str, channel: int, cell: tuple[int, int]) -> ByteArray:
    field = cached_units.field_on_picture(subject, network, layer, channel, cell)
    if field.is_empty:
        return np.zeros((1, 1, 3), np.uint8)
    pixels = subject.picture.pixels[slice(*field.rows), slice(*field.columns)]
    return display_copy(pixels, longest_side=LONGEST_SIDE)


def _key(value: Subject | Light) -> str:
    return way(value) + value.picture.digest if isinstance(value, Subject) else value.key


@st.cache_data(max_entries=16, max_size="8mb", show_spinner=False, hash_funcs={Subject: _key, Light: _key})
def levels(subject: Subject, light: Light, _network: Network) -> FloatArray:
    """(h, w, colours) float32, 0 … 255, red first: the edited picture in the size of the network's input.

    A lens does not count, since its result is no picture.
    """
    shape, fit, interpolation = _network.traced.input_shape, subject.fit, subject.interpolation
    wanted = InputFormat(shape, RANGES[_LEVELS], fit=fit, interpolation=interpolation)
    # A resize may overshoot.
    within: FloatArray = np.clip(prepared(subject.picture.pixels, light, wanted=wanted)[0], 0, 255)
    return within


class _Shelf:
    """What climbs have found, for all visitors: the same question has the same answer."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, tuple[Preferred, ...]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> tuple[Preferred, ...] | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: str, found: tuple[Preferred, ...]) -> None:
        with self._lock:
            self._found[key] = found
            while len(self._found) > _MOST_ON_SHELF or self._num_bytes > _MOST_BYTES_ON_SHELF:
                self._found.popitem(last=False)

    @property
    def _num_bytes(self) -> int:
        return sum(each.num_bytes for found in self._found.values() for each in found)


@st.cache_resource(max_entries=1, show_spinner=False)
def _shelf() -> _Shelf:
    return _Shelf()


def search(question: Question, network: Network, objective: Objective, levels: FloatArray | None) -> Search:
    """A search that a job can run. It takes an answer that is there already.

    Args:
        question: what it looks for.
        network: the network.
        objective: the number that the pictures raise.
        levels: (h, w, colours) float32, 0 … 255, the picture that is accentuated; None for pictures from noise.
    """
    way = network.traced, objective, RANGES[network.entry.value_range]
    if levels is None:
        look: Callable[..., tuple[Preferred, ...]] = partial(maximise, *way, climb=question.climb)
    else:
        look = partial(_accentuated, partial(accentuate, *way, levels, climb=question.climb))
    return partial(_shelved, _shelf(), question.key, look)


def _accentuated(look: Callable[..., Preferred], *, watch: Watch) -> tuple[Preferred, ...]:
    found = look(watch=watch)
    return (found,) if found.steps else ()


def _shelved(
    shelf: _Shelf,
    key: str,
    look: Callable[..., tuple[Preferred, ...]],
    /,
    tell: Callable[[Ascent], None],
    stopped: Callable[[], bool],
) -> tuple[Preferred, ...]:
    found = shelf.get(key)
    if found is None:
        found = look(watch=Watch(tell, stopped))
        if not stopped():
            shelf.put(key, found)
    return found

"""What channels prefer: their strongest cells on the sample pictures, and pictures that climbs have found."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import Lock

import numpy as np
import streamlit as st

from ui.cached import light as cached_light
from ui.cached.pictures import sample
from ui.jobs.climbing import Question, Search
from ui.values import Subject
from vizcore.activations.interface import Objective
from vizcore.arrays import FloatArray
from vizcore.edits.brightness import UNEDITED, Light
from vizcore.inputs.lens import PLAIN
from vizcore.inputs.prepared import InputFormat, prepared
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks.network import Network
from vizcore.pictures.samples import SAMPLES
from vizcore.units.maximisation import Ascent, Preferred, Watch, accentuate, maximise
from vizcore.units.strongest import Peaks, peaks

_MOST_ON_SHELF, _MOST_BYTES_ON_SHELF = 64, 32_000_000
_LEVELS = "0…255"
"""The value range whose numbers are levels."""


def on_sample(subject: Subject, key: str) -> Subject:
    """A sample picture on the way that a picture takes into the network, but for the lens."""
    return replace(subject, picture=sample(key), lens=PLAIN)


def way(subject: Subject) -> str:
    """What the input of a network for any picture depends on, without a lens."""
    entry = subject.entry
    return repr((entry.name, entry.version, entry.value_range, subject.fit, subject.interpolation))


@st.cache_data(max_entries=24, max_size="24mb", show_spinner=False, hash_funcs={Subject: way})
def sample_peaks(subject: Subject, layer: str, _network: Network) -> Peaks:
    """The strongest cells of a layer's channels on the sample pictures, in the order of `SAMPLES`.

    Args:
        subject: the network, and how a picture becomes its input. Its picture and its lens do not matter.
        layer: name of the layer.
        _network: the network.
    """
    batches = (cached_light.given(on_sample(subject, key), UNEDITED)[None] for key in SAMPLES)
    return peaks([_network.traced.read(batch, [layer])[layer] for batch in batches])


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

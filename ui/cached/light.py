"""What every brightness of a picture makes of a network's layers."""

from collections.abc import Mapping
from dataclasses import replace
from threading import Lock
from time import monotonic

import numpy as np
import streamlit as st

from ui.cached.networks import network_of
from ui.cached.pictures import composed
from ui.values import Subject
from vizcore.arrays import FloatArray
from vizcore.edits.augmentation import Step
from vizcore.edits.brightness import UNEDITED, Kind, Light
from vizcore.inputs.prepared import InputFormat
from vizcore.inputs.value_ranges import RANGES
from vizcore.light.curves import Curves
from vizcore.light.movement import Movement, movement
from vizcore.light.offset_law import OffsetLaw
from vizcore.light.passage import Clipping, Pass, Passage
from vizcore.light.winners import Winners, unknown_winners


def _passage(subject: Subject) -> Passage:
    traced, convention = network_of(subject.entry).traced, RANGES[subject.entry.value_range]
    wanted = InputFormat(traced.input_shape, convention, subject.fit, subject.lens)
    return Passage(traced, subject.picture.pixels, wanted)


# Streamlit would take a light apart, down to the formulas of its kind, and refuse to hash these.
def _key(value: Subject | Light) -> str:
    return value.key


def _name(kind: Kind) -> str:
    return kind.name


@st.cache_data(max_entries=64, max_size="96mb", show_spinner=False, hash_funcs={Subject: _key, Light: _key})
def forward(subject: Subject, layer_names: tuple[str, ...], light: Light) -> Pass:
    """Send the picture at this brightness through a network and read some layers."""
    return _passage(subject).read(layer_names, light)


@st.cache_data(max_entries=256, max_size="2mb", show_spinner=False, hash_funcs={Subject: _key, Light: _key})
def remaining_part(subject: Subject, light: Light) -> float | None:
    """How much of an edit is left where the network begins to look."""
    return _passage(subject).remaining_part(light)


@st.cache_data(max_entries=32, max_size="96mb", show_spinner=False, hash_funcs={Subject: _key, Light: _key})
def derivatives(subject: Subject, layer_names: tuple[str, ...], light: Light) -> Mapping[str, FloatArray]:
    """How fast every value of some layers moves with the brightness."""
    return _passage(subject).derivatives(layer_names, light)


@st.cache_data(max_entries=32, max_size="96mb", show_spinner=False, hash_funcs={Subject: _key, Light: _key})
def clipping(subject: Subject, layer_names: tuple[str, ...], light: Light) -> Clipping:
    """What the clip takes from an edit, layer by layer."""
    return _passage(subject).clipping(layer_names, light)


@st.cache_data(max_entries=64, max_size="8mb", show_spinner=False, hash_funcs={Subject: _key})
def offset_law(subject: Subject, offset: float) -> OffsetLaw:
    """How fast the first layer's channels rise with an offset, and why not faster.

    Raises:
        VizcoreError: the network has no first layer that the law is about.
    """
    return _passage(subject).offset_law(offset)


@st.cache_data(max_entries=32, max_size="32mb", show_spinner=False, hash_funcs={Subject: _key, Kind: _name})
def curves(subject: Subject, layer_names: tuple[str, ...], kind: Kind, num_levels: int) -> Mapping[str, Curves]:
    """How the channels of some layers follow a kind of brightness from one end of its slider to the other."""
    return _passage(subject).curves(layer_names, kind, num_levels=num_levels)


class _Exploration:
    """What is known of the winners so far. Whoever looks at them carries it on."""

    def __init__(self, known: Winners) -> None:
        self.known = known
        self.lock = Lock()


@st.cache_resource(max_entries=128, show_spinner=False, hash_funcs={Subject: _key, Kind: _name})
def _exploration(subject: Subject, kind: Kind, num_levels: int) -> _Exploration:
    return _Exploration(unknown_winners(kind, num_levels))


def winners(subject: Subject, kind: Kind, num_levels: int, *, seconds: float = 0, at_once: int = 1) -> Winners:
    """The winning class over a kind of brightness, and the amounts at which it changes, as far as they are known.

    Args:
        subject: the picture and the network.
        kind: of brightness.
        num_levels: how many amounts are tried.
        seconds: after how long no further step is begun; with 0 none is.
        at_once: how many levels are tried in one step.
    """
    exploration = _exploration(subject, kind, num_levels)
    if seconds and not exploration.known.is_complete:
        end = monotonic() + seconds
        with exploration.lock:
            chosen, passage = network_of(subject.entry), _passage(subject)
            while not exploration.known.is_complete and monotonic() < end:
                exploration.known = passage.further(
                    exploration.known, chosen.answer, answer_kind=chosen.answer_kind, at_once=at_once
                )
    return exploration.known


@st.cache_data(max_entries=512, show_spinner=False, hash_funcs={Subject: _key})
def moved(subject: Subject, layer_names: tuple[str, ...], steps: tuple[Step, ...], turned_back: bool) -> Movement:
    """How far some layers, and before them what the network receives, move when the picture goes through steps."""
    original = forward(subject, layer_names, UNEDITED)
    edited = _passage(replace(subject, picture=composed(subject.picture, steps))).read(layer_names)
    before, after = ({"": passed.received.astype(np.float32), **passed.activations} for passed in (original, edited))
    return movement(before, after, undone=steps if turned_back else ())

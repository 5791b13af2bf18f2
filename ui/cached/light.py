"""The outputs of a network's layers for a picture at any brightness."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from ui.cached.networks import network_of
from ui.cached.pictures import composed
from ui.jobs.exploration import Exploration
from ui.values import Subject
from vizcore.arrays import FloatArray
from vizcore.edits.augmentation import Step
from vizcore.edits.brightness import UNEDITED, Kind, Light
from vizcore.figures.colours import DIVERGING, lightness
from vizcore.inputs.prepared import InputFormat
from vizcore.inputs.value_ranges import RANGES
from vizcore.light.change import difference, strong_size
from vizcore.light.curves import Curves
from vizcore.light.movement import Movement, movement
from vizcore.light.offset_law import OffsetLaw
from vizcore.light.passage import Clipping, Pass, Passage
from vizcore.light.reaction import Reaction
from vizcore.light.winners import Winners, unknown_winners
from vizcore.maps.ranges import ScaleChoice
from vizcore.maps.scales import Scale


def passage_of(subject: Subject) -> Passage:
    """The picture on its way through the network. It is made anew and not kept: it is small."""
    traced, convention = network_of(subject.entry).traced, RANGES[subject.entry.value_range]
    wanted = InputFormat(traced.input_shape, convention, subject.fit, subject.lens, subject.interpolation)
    return Passage(traced, subject.picture.pixels, wanted)


# Without a key Streamlit would hash a light by its attributes, down to the formulas of its kind, which it cannot hash.
def _key(value: Subject | Light) -> str:
    return value.key


def _name(kind: Kind) -> str:
    return kind.name


@st.cache_data(max_entries=64, max_size="96mb", show_spinner=False, hash_funcs={Subject: _key, Light: _key})
def forward(subject: Subject, layer_names: tuple[str, ...], light: Light) -> Pass:
    """Send the picture at a brightness through a network and read some layers."""
    return passage_of(subject).read(layer_names, light)


@st.cache_data(max_entries=32, max_size="24mb", show_spinner=False, hash_funcs={Subject: _key, Light: _key})
def given(subject: Subject, light: Light) -> FloatArray:
    """(h, w, colours) float32: the numbers that the network is given for the picture at a brightness."""
    return passage_of(subject).given(light)


@st.cache_data(max_entries=256, max_size="2mb", show_spinner=False, hash_funcs={Subject: _key, Light: _key})
def remaining_part(subject: Subject, light: Light) -> float | None:
    """The share of an edit that preprocessing leaves, as in `Passage.remaining_part`."""
    return passage_of(subject).remaining_part(light)


@st.cache_data(max_entries=32, max_size="96mb", show_spinner=False, hash_funcs={Subject: _key, Light: _key})
def derivatives(subject: Subject, layer_names: tuple[str, ...], light: Light) -> Mapping[str, FloatArray]:
    """Layer name → ∂value/∂amount of every value of the layer, shaped as its output."""
    return passage_of(subject).derivatives(layer_names, light)


@st.cache_data(max_entries=32, max_size="96mb", show_spinner=False, hash_funcs={Subject: _key, Light: _key})
def clipping(subject: Subject, layer_names: tuple[str, ...], light: Light) -> Clipping:
    """Some layers with and without the clip at 0 and 255."""
    return passage_of(subject).clipping(layer_names, light)


@st.cache_data(max_entries=512, show_spinner=False, hash_funcs={Subject: _key, Light: _key})
def difference_size(
    subject: Subject, layer_name: str, light: Light, against: str, _sides: Callable[[], tuple[FloatArray, FloatArray]]
) -> float:
    """The size of a layer's strongest differences at a brightness.

    Args:
        subject: the picture and the network.
        layer_name: of the layer.
        light: the brightness.
        against: what the edited picture is compared with.
        _sides: makes the two activations.
    """
    return strong_size(difference(*_sides()))


@st.cache_data(max_entries=64, max_size="8mb", show_spinner=False, hash_funcs={Subject: _key})
def offset_law(subject: Subject, offset: float) -> OffsetLaw:
    """The slopes of the first layer's channels with an offset, measured and as the kernels predict them.

    Raises:
        VizcoreError: the law does not apply to the network's first layer.
    """
    return passage_of(subject).offset_law(offset)


@st.cache_data(max_entries=32, max_size="32mb", show_spinner=False, hash_funcs={Subject: _key, Kind: _name})
def curves(subject: Subject, layer_names: tuple[str, ...], kind: Kind, num_levels: int) -> Mapping[str, Curves]:
    """The tuning curves of some layers over a kind of brightness, from one end of its slider to the other."""
    return passage_of(subject).curves(layer_names, kind, num_levels=num_levels)


@st.cache_data(max_entries=256, max_size="8mb", show_spinner=False, hash_funcs={Subject: _key})
def locked_scale(subject: Subject, layer_name: str, choice: ScaleChoice, _original: FloatArray) -> Scale:
    """The scale of a layer that is locked to the unedited picture.

    Args:
        subject: the picture and the network.
        layer_name: of the layer.
        choice: how the maps are scaled.
        _original: (h, w, C) or (C,), the layer's activation for the unedited picture.
    """
    return choice.scale(_original, _original)


@st.cache_data(max_entries=64, max_size="4mb", show_spinner=False, hash_funcs={Subject: _key, Kind: _name})
def reactions(
    subject: Subject, layer_names: tuple[str, ...], kind: Kind, num_levels: int, choice: ScaleChoice, colour_map: str
) -> Mapping[str, Reaction]:
    """How much the channels of some layers visibly react over a kind of brightness.

    Args:
        subject: the picture and the network.
        layer_names: of layers with maps.
        kind: the kind of brightness.
        num_levels: how many amounts are tried.
        choice: how the maps are scaled.
        colour_map: of layers without negative values.
    """
    light = {False: lightness(colour_map), True: lightness(DIVERGING)}
    return passage_of(subject).reactions(layer_names, kind, num_levels=num_levels, choice=choice, lightness=light)


@st.cache_resource(max_entries=128, show_spinner=False, hash_funcs={Subject: _key, Kind: _name})
def _exploration(subject: Subject, kind: Kind, num_levels: int) -> Exploration:
    return Exploration(unknown_winners(kind, num_levels))


def winners(subject: Subject, kind: Kind, num_levels: int, *, seconds: float = 0, at_once: int = 1) -> Winners:
    """The winning class over a kind of brightness, and the amounts at which it changes, as far as they are known.

    Args:
        subject: the picture and the network.
        kind: the kind of brightness.
        num_levels: number of amounts that are tried.
        seconds: time after which no further step is begun; with 0 no step is begun.
        at_once: number of levels in one step.
    """
    exploration = _exploration(subject, kind, num_levels)
    if not seconds or exploration.known.is_complete:
        return exploration.known
    chosen, passage = network_of(subject.entry), passage_of(subject)
    further = partial(passage.further, answer=chosen.answer, answer_kind=chosen.answer_kind, at_once=at_once)
    return exploration.explore(further, seconds=seconds)


@st.cache_data(max_entries=512, show_spinner=False, hash_funcs={Subject: _key})
def moved(subject: Subject, layer_names: tuple[str, ...], steps: tuple[Step, ...], turned_back: bool) -> Movement:
    """How far the network's input and some layers move when steps of augmentation are applied to the picture.

    Args:
        subject: the picture without steps, and the network.
        layer_names: of the layers.
        steps: applied to the picture.
        turned_back: whether flips and rotations of maps are undone before the comparison.
    """
    original = forward(subject, layer_names, UNEDITED)
    edited = passage_of(replace(subject, picture=composed(subject.picture, steps))).read(layer_names)
    before, after = ({"": passed.received.astype(np.float32), **passed.activations} for passed in (original, edited))
    return movement(before, after, undone=steps if turned_back else ())

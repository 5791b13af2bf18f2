"""Component: under the slider, the class that wins at each level of the brightness, and where the answer flips."""

from itertools import pairwise
from math import inf
from pathlib import Path

import numpy as np
import streamlit as st

from ui.cached import light as cached_light
from ui.cached import training as cached_training
from ui.cached.outputs import Outputs
from ui.guard import sentence_here
from ui.parts.component import component
from ui.session.events import event, next_number
from ui.values import Subject
from vizcore.edits.brightness import Kind, Light
from vizcore.figures.colours import CLASS_COLOURS
from vizcore.light.flips import flips, standing
from vizcore.light.winners import Winners
from vizcore.networks.network import Network
from vizcore.numbers import with_minus_signs

_LEVELS = 101
_SLICE = 0.15
"""Seconds of a deep network's work between two looks at whether the visitor wants something else."""

_KEY = "ribbon"
_ribbon = component("ribbon", Path(__file__).parent)


def ribbon(subject: Subject, light: Light, network: Network, outputs: Outputs) -> None:
    """Colour the slider of this page. Called last: what it shows takes longest."""
    if network.classes is None:
        _ribbon(key=_KEY, data={}, height=1)
    elif network.is_small:
        found = cached_light.winners(subject, light.kind, _LEVELS, seconds=inf, at_once=_LEVELS)
        _show(found, subject, light, network.classes, int(np.argmax(outputs.edited[network.answer])))
    else:
        _growing(subject, light, network.classes, int(np.argmax(outputs.edited[network.answer])))


@st.fragment
def _growing(subject: Subject, light: Light, classes: tuple[str, ...], here: int) -> None:
    """A ribbon that takes many seconds, a slice of them each time the browser has nothing else to ask.

    So neither a held nor a released thumb waits for more than a slice.
    """
    is_asked_for = event(_KEY, "more") is not None
    if not is_asked_for:
        # Otherwise nobody waits: a training need not step back.
        cached_training.begin_part()
    with sentence_here():
        found = cached_light.winners(subject, light.kind, _LEVELS, seconds=_SLICE if is_asked_for else 0)
        _show(found, subject, light, classes, here)


def _show(found: Winners, subject: Subject, light: Light, classes: tuple[str, ...], here: int) -> None:
    kind = light.kind
    # Those that bisection met come last: what has a colour keeps it.
    names = {index: classes[index] for index in (*found.winners, *(one.winner for one in found.segments))}
    # Of few classes each has its colour for good; of many, those that are here.
    places = {index: index if len(classes) <= len(CLASS_COLOURS) else place for place, index in enumerate(names)}
    colours = {index: CLASS_COLOURS[place % len(CLASS_COLOURS)] for index, place in places.items()}
    # From flip to flip and from end to end: between two bands there is no hair of light.
    inner = list(flips(found.segments))
    edges = [kind.slider.minimum, *inner, *(one.end for one in found.segments[-1:])]
    bands = [(one.winner, *ends) for one, ends in zip(found.segments, pairwise(edges), strict=True)]
    data = {
        "wears": subject.key,
        "kind": kind.name,
        "amounts": found.amounts,
        "bands": bands,
        "probabilities": found.probabilities,
        "names": names,
        "colours": colours,
        "at": light.amount,
        "about": f"{len(found.levels)} levels are tried. Where two neighbours differ, the flip between them is "
        "looked for; what wins and loses again between two levels is not seen.",
    }
    if found.is_complete:
        # One sentence for each segment: that under the thumb is shown, also while it is held.
        told = [written(kind, found, one.start, classes) for one in found.segments]
        apart = exception(kind, found, light.amount, here, classes)
        said = {"flips": inner, "sentences": told, "exception": apart, "more": 0}
    else:
        # With another number every time: the browser answers to what is new.
        said = {"flips": [], "sentences": [progress(found)], "exception": "", "more": next_number()}
    _ribbon(key=_KEY, data=data | said, height=1, on_more_change=lambda: None)


def progress(found: Winners) -> str:
    """How far a ribbon is that takes long."""
    if len(found.amounts) < len(found.levels):
        return f"Trying the levels: {len(found.amounts)} of {len(found.levels)}."
    done, of = found.flips_found
    return f"All {len(found.levels)} levels are tried. Looking for where exactly the answer flips: {done} of {of}."


def written(kind: Kind, found: Winners, amount: float, classes: tuple[str, ...]) -> str:
    """The winner at an amount, from where to where it wins, and what is beyond: "cat from 0.470 to 1.620; …"."""
    here = standing(found.segments, amount)
    name = classes[here.here.winner]
    if here.below is None and here.above is None:
        first, last = (with_minus_signs(kind.slider.written(end)) for end in (kind.slider.minimum, kind.slider.maximum))
        return f"{name} at all {len(found.amounts)} levels of {kind.name} from {first} to {last}."
    parts = [f"{name} from {_place(kind, here.here.start)} to {_place(kind, here.here.end)}"]
    if here.below is not None:
        parts.append(f"below it is {classes[here.below.winner]}")
    if here.above is not None:
        parts.append(f"above it is {classes[here.above.winner]}")
    return "; ".join(parts) + "."


def exception(kind: Kind, found: Winners, amount: float, winner: int, classes: tuple[str, ...]) -> str:
    """What is to be said where the winner at an amount is another than that of the segment around it, or nothing."""
    if winner == standing(found.segments, amount).here.winner:
        return ""
    place = with_minus_signs(kind.slider.written(amount))
    return f"{classes[winner]} at {place}, within: {written(kind, found, amount, classes)}"


def _place(kind: Kind, amount: float) -> str:
    """As exactly as flips are found."""
    return with_minus_signs(f"{amount:.{3 if kind.slider.decimals else 0}f}")

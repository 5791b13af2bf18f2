"""Component: a ribbon below the slider. It shows the winning class at each level, and where the answer flips."""

from itertools import pairwise
from math import inf
from pathlib import Path

import numpy as np
import streamlit as st

from ui.cached import light as cached_light
from ui.cached.jobs import begin_part
from ui.cached.outputs import Outputs
from ui.guard import sentence_here
from ui.parts.component import component
from ui.session.events import event, next_number
from ui.values import Subject
from vizcore.edits.brightness import Kind, Light
from vizcore.figures.colours import CLASS_COLOURS
from vizcore.light.flips import flips, standing_at
from vizcore.light.winners import Winners
from vizcore.networks.network import Network
from vizcore.numbers import with_minus_signs

LEVELS = 101
"""How many amounts are tried from one end of the slider to the other."""
_SLICE = 0.15
"""Seconds that a deep network computes before another request of the visitor gets its turn."""

_KEY = "ribbon"
_ribbon = component("ribbon", Path(__file__).parent)


def ribbon(subject: Subject, light: Light, network: Network, outputs: Outputs) -> None:
    """Colour the slider of this page. Call it last: the ribbon takes longer than everything else.

    Args:
        subject: the picture and how it becomes the network's input.
        light: the light of record.
        network: the network. The slider of one without classes stays plain.
        outputs: of the network, with its answer.
    """
    if network.classes is None:
        _ribbon(key=_KEY, data={}, height=1)
    elif network.is_small:
        winners = cached_light.winners(subject, light.kind, LEVELS, seconds=inf, at_once=LEVELS)
        _show(winners, subject, light, network.classes, int(np.argmax(outputs.edited[network.answer])))
    else:
        _growing(subject, light, network.classes, int(np.argmax(outputs.edited[network.answer])))


@st.fragment
def _growing(subject: Subject, light: Light, classes: tuple[str, ...], here: int) -> None:
    """Draw a ribbon that takes many seconds. Each run computes one slice, when the browser has no other request.

    So neither a held nor a released thumb waits for more than a slice.
    """
    is_asked_for = event(_KEY, "more") is not None
    if not is_asked_for:
        # In a run for the next slice nobody waits for the page, so a training need not pause.
        begin_part()
    with sentence_here():
        winners = cached_light.winners(subject, light.kind, LEVELS, seconds=_SLICE if is_asked_for else 0)
        _show(winners, subject, light, classes, here)


def _show(winners: Winners, subject: Subject, light: Light, classes: tuple[str, ...], here: int) -> None:
    kind, segments = light.kind, winners.segments
    # Classes that only the search for flips has met come last, so that the other classes keep their colours.
    names = {index: classes[index] for index in (*winners.winners, *(segment.winner for segment in segments))}
    # With few classes each class has a fixed colour. With many, colours go to the classes that win here.
    places = {index: index if len(classes) <= len(CLASS_COLOURS) else place for place, index in enumerate(names)}
    colours = {index: CLASS_COLOURS[place % len(CLASS_COLOURS)] for index, place in places.items()}
    # Bands meet in the middle between two neighbouring steps and reach the ends of the slider, so there is no gap.
    inner = list(flips(segments))
    edges = [kind.slider.minimum, *inner, *(segment.end for segment in segments[-1:])]
    bands = [(segment.winner, *ends) for segment, ends in zip(segments, pairwise(edges), strict=True)]
    data = {
        "ribbon_key": subject.key,
        "kind": kind.name,
        "amounts": winners.amounts,
        "bands": bands,
        "probabilities": winners.probabilities,
        "names": names,
        "colours": colours,
        "at": light.amount,
        "about": f"{len(winners.levels)} levels are tried. Where two neighbours differ, the exact flip is searched for "
        "between them. A class that wins only between two levels with one answer is missed.",
    }
    if winners.is_complete:
        # One sentence for each segment: the browser picks the sentence of the segment that the thumb is in.
        sentences = [segment_sentence(kind, winners, segment.start, classes) for segment in segments]
        exception = exception_sentence(kind, winners, light.amount, here, classes)
        message = {"flips": inner, "sentences": sentences, "exception": exception, "more": 0}
    else:
        # The number is a new one each time: the browser asks for more once for each number.
        message = {"flips": [], "sentences": [progress(winners)], "exception": "", "more": next_number()}
    _ribbon(key=_KEY, data=data | message, height=1, on_more_change=lambda: None)


def progress(winners: Winners) -> str:
    """How far the computation of an incomplete ribbon has come, as a sentence."""
    if len(winners.amounts) < len(winners.levels):
        return f"Trying the levels: {len(winners.amounts)} of {len(winners.levels)}."
    done, of = winners.flips_found
    return f"All {len(winners.levels)} levels have been tried. Searching for the exact flips: {done} of {of}."


def segment_sentence(kind: Kind, winners: Winners, amount: float, classes: tuple[str, ...]) -> str:
    """Winner, range and neighbours of the segment around an amount: "cat from 0.47 to 1.62; below it is frog …".

    Args:
        kind: the kind of brightness.
        winners: along this kind, with the segments between the flips.
        amount: any amount of the slider.
        classes: names of all classes.
    """
    here = standing_at(winners.segments, amount)
    name = classes[here.here.winner]
    if here.below is None and here.above is None:
        first, last = (_place(kind, end) for end in (kind.slider.minimum, kind.slider.maximum))
        return f"{name} at all {len(winners.amounts)} levels of {kind.name} from {first} to {last}."
    parts = [f"{name} from {_place(kind, here.here.start)} to {_place(kind, here.here.end)}"]
    if here.below is not None:
        parts.append(f"below it is {classes[here.below.winner]}")
    if here.above is not None:
        parts.append(f"above it is {classes[here.above.winner]}")
    return "; ".join(parts) + "."


def winner_sentence(kind: Kind, winners: Winners, amount: float, winner: int, classes: tuple[str, ...]) -> str:
    """What the ribbon says at an amount: the exception there, or else the segment around it.

    Args:
        kind: as in `exception_sentence`.
        winners: as in `exception_sentence`.
        amount: as in `exception_sentence`.
        winner: as in `exception_sentence`.
        classes: as in `exception_sentence`.
    """
    exception = exception_sentence(kind, winners, amount, winner, classes)
    return exception or segment_sentence(kind, winners, amount, classes)


def exception_sentence(kind: Kind, winners: Winners, amount: float, winner: int, classes: tuple[str, ...]) -> str:
    """A sentence for an amount whose winner differs from the winner of the segment around it; empty if it does not.

    Args:
        kind: the kind of brightness.
        winners: along this kind, with the segments between the flips.
        amount: any amount of the slider.
        winner: index of the class that wins at the amount.
        classes: names of all classes.
    """
    if winner == standing_at(winners.segments, amount).here.winner:
        return ""
    return f"{classes[winner]} at {_place(kind, amount)}, within: {segment_sentence(kind, winners, amount, classes)}"


def _place(kind: Kind, amount: float) -> str:
    """An amount as the slider writes it."""
    return with_minus_signs(kind.slider.written(amount))

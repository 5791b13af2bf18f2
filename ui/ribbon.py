"""Component: under the slider, the class that wins at each level of the brightness, and where the answer flips."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import streamlit as st

from ui import cached
from ui.arrangement import Outputs
from ui.networks import Network
from ui.state import Setting
from ui.subject import Subject
from vizcore.brightness import Kind
from vizcore.flip import flips, standing
from vizcore.passage import Winners

_LEVELS, _FEWER_LEVELS = 101, 41
# Okabe and Ito's colours, which people with any kind of colour vision tell apart, and two more; then they begin again.
_COLOURS = (
    "#e69f00",
    "#56b4e9",
    "#009e73",
    "#f0e442",
    "#0072b2",
    "#d55e00",
    "#cc79a7",
    "#999999",
    "#7a4a1f",
    "#b3e2cd",
)
_ribbon = st.components.v2.component(
    "vizcore_ribbon",
    html="<span></span>",
    js=(Path(__file__).parent / "components" / "ribbon.js").read_text(encoding="utf-8"),
)


def ribbon(subject: Subject, setting: Setting, network: Network, outputs: Outputs) -> None:
    """Colour the slider of this page. Called last: what it shows takes longest."""
    if network.classes is None:
        _ribbon(key="ribbon", data={}, height=1)
        return
    kind, classes = setting.kind, network.classes
    found = cached.winners(subject, kind.name, _LEVELS if network.is_small else _FEWER_LEVELS)
    names = {index: classes[index] for index in sorted({one.winner for one in found.stretches})}
    # Of few classes each has its colour for good; of many, those that are here.
    places = {index: index if len(classes) <= len(_COLOURS) else place for place, index in enumerate(names)}
    colours = {index: _COLOURS[place % len(_COLOURS)] for index, place in places.items()}
    # From flip to flip and from end to end: between two bands there is no hair of light.
    edges = [kind.minimum, *flips(found.stretches), kind.maximum]
    bands = [(one.winner, *ends) for one, ends in zip(found.stretches, pairwise(edges), strict=True)]
    # One for each stretch: that under the thumb is shown, also while it is held.
    sentences = [written(kind, found, one.start, classes) for one in found.stretches]
    here = int(np.argmax(outputs.edited[network.answer]))
    _ribbon(
        key="ribbon",
        data={
            "wears": subject.key,
            "kind": kind.name,
            "amounts": found.amounts,
            "bands": bands,
            "probabilities": found.probabilities,
            "names": names,
            "colours": colours,
            "flips": edges[1:-1],
            "sentences": sentences,
            "at": setting.amount,
            "exception": exception(kind, found, setting.amount, here, classes),
            "about": f"{len(found.amounts)} levels were tried. Where two neighbours differ, the flip between them was "
            "looked for; what wins and loses again between two levels is not seen.",
        },
        height=1,
    )


def written(kind: Kind, found: Winners, amount: float, classes: tuple[str, ...]) -> str:
    """The winner at an amount, from where to where it wins, and what is beyond: "cat from 0.470 to 1.620; …"."""
    here = standing(found.stretches, amount)
    name = classes[here.here.winner]
    if here.below is None and here.above is None:
        first, last = (kind.written(end).replace("-", "−") for end in (kind.minimum, kind.maximum))
        return f"{name} at all {len(found.amounts)} levels of {kind.name} from {first} to {last}."
    parts = [f"{name} from {_place(kind, here.here.start)} to {_place(kind, here.here.end)}"]
    if here.below is not None:
        parts.append(f"below it is {classes[here.below.winner]}")
    if here.above is not None:
        parts.append(f"above it is {classes[here.above.winner]}")
    return "; ".join(parts) + "."


def exception(kind: Kind, found: Winners, amount: float, winner: int, classes: tuple[str, ...]) -> str:
    """What is to be said where the winner at an amount is another than that of the stretch around it, or nothing."""
    if winner == standing(found.stretches, amount).here.winner:
        return ""
    place = kind.written(amount).replace("-", "−")
    return f"{classes[winner]} at {place}, within: {written(kind, found, amount, classes)}"


def _place(kind: Kind, amount: float) -> str:
    """As exactly as flips are found."""
    return f"{amount:.{3 if kind.decimals else 0}f}".replace("-", "−")

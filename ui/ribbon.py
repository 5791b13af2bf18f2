"""Component: under the slider, the class that wins at each level of the brightness, and where the answer flips."""

from pathlib import Path

import streamlit as st

from ui import cached
from ui.networks import Network
from ui.state import Setting
from ui.subject import Subject
from vizcore.brightness import Kind
from vizcore.flip import Segment, flips, standing

_LEVELS, _FEWER_LEVELS = 101, 41
_FEW_VALUES = 2_000_000
# Okabe and Ito's colours, which people with any kind of colour vision tell apart; a ninth class begins again.
_COLOURS = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#999999")
_ribbon = st.components.v2.component(
    "vizcore_ribbon",
    html="<span></span>",
    js=(Path(__file__).parent / "components" / "ribbon.js").read_text(encoding="utf-8"),
)


def ribbon(subject: Subject, setting: Setting, network: Network) -> None:
    """Colour the slider of this page. Called last: what it shows takes longest."""
    if network.classes is None:
        _ribbon(key="ribbon", data={}, height=1)
        return
    kind = setting.kind
    levels = _LEVELS if network.traced.num_values <= _FEW_VALUES else _FEWER_LEVELS
    found = cached.winners(subject, kind.name, levels)
    names = {index: network.classes[index] for index in sorted(set(found.winners))}
    colours = {index: _COLOURS[place % len(_COLOURS)] for place, index in enumerate(names)}
    _ribbon(
        key="ribbon",
        data={
            "wears": subject.key,
            "kind": kind.name,
            "amounts": found.amounts,
            "winners": found.winners,
            "probabilities": found.probabilities,
            "names": names,
            "colours": colours,
            "flips": flips(found.stretches),
            # One for each stretch: the one under the thumb is shown, also while it is held.
            "sentences": [written(kind, found.stretches, one.start, network.classes) for one in found.stretches],
        },
        height=1,
    )


def written(kind: Kind, stretches: tuple[Segment, ...], amount: float, classes: tuple[str, ...]) -> str:
    """The winner at an amount, from where to where it wins, and what is beyond: "cat from 0.470 to 1.620; …"."""
    here = standing(stretches, amount)
    name = classes[here.here.winner]
    if here.below is None and here.above is None:
        return f"{name} at every {kind.name} from {kind.written(kind.minimum)} to {kind.written(kind.maximum)}."
    parts = [f"{name} from {_place(here.here.start)} to {_place(here.here.end)}"]
    if here.below is not None:
        parts.append(f"below it is {classes[here.below.winner]}")
    if here.above is not None:
        parts.append(f"above it is {classes[here.above.winner]}")
    return "; ".join(parts) + "."


def _place(amount: float) -> str:
    """As exactly as flips are found."""
    return f"{amount:.3f}".replace("-", "−")

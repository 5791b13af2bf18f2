"""Component: named bars whose lengths change in place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypedDict

from ui.parts.component import component
from ui.session.channel import OPEN_CHANNEL, Target, choose_unit
from ui.session.events import answer_event
from vizcore.activations.predictions import Candidate
from vizcore.figures.answer_bars import Bar

# Plain HTML: with Plotly, two sets of five bars took longer to draw than all the maps that follow a held thumb.
# Without isolation: the slider searches the document for the parts on the screen and cannot see into a shadow root.
_bars = component("bars", Path(__file__).parent, isolate_styles=False)


class Bars(TypedDict):
    """The values of the component: name, text, start, end and target of each bar, from top to bottom."""

    bars: list[dict[str, Any]]


def bars_of(drawn: Iterable[Bar], candidates: Iterable[Candidate], *, layer: str) -> Bars:
    """Turn bars into the values of the component. Each is a link to the unit that answers with its class.

    Args:
        drawn: the bars.
        candidates: the class of each bar.
        layer: name of the layer that answers.
    """
    return Bars(
        bars=[
            {**asdict(bar), "target": Target(layer=layer, channel=each.index)}
            for bar, each in zip(drawn, candidates, strict=True)
        ]
    )


def named_bars(
    bars: Sequence[Mapping[str, Any]], *, key: str, title: str, is_line: bool = False, is_spoken: bool = False
) -> None:
    """Draw bars one below the other, each with its name and its number.

    Args:
        bars: as in `Bars`.
        key: of the component.
        title: the line above the bars.
        is_line: whether the title stands before a single bar, on its line.
        is_spoken: whether screen readers say the first bar when it has changed; not while a thumb is held.
    """
    _bars(
        key=key,
        data={"key": key, "title": title, "line": is_line, "isSpoken": is_spoken, "bars": bars},
        on_chosen_change=lambda: answer_event(OPEN_CHANNEL, key, "chosen", choose_unit),
    )

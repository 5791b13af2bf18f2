"""Component: a brightness slider and the picture at its amount, drawn in the browser."""

from pathlib import Path
from types import MappingProxyType

from ui.cached import pictures as cached_pictures
from ui.parts.component import component
from ui.session.brightness import answer_release, answered_release, refusals, told
from ui.session.events import event
from ui.values import CurrentPicture
from vizcore.edits.brightness import Kind, Light
from vizcore.numbers import with_minus_signs

_FILES = Path(__file__).parent
_payload = component("payload", _FILES)
_live_picture = component("live_picture", _FILES)
# Pixels of the longest side that each layout has room for. Everything below 1280 is a preview.
_LONGEST_SIDE = MappingProxyType({"compare": 1280, "single": 640, "bar": 192})


def _send(name: str, content: bytes) -> None:
    """Send bytes to the browser under a name. They are sent again only when they change."""
    _payload(data=name.ljust(64).encode("ascii") + content, key=f"payload-{name.partition(':')[0]}", height=1)


def payload_names(picture: CurrentPicture, kind: Kind, longest_side: int) -> tuple[str, str]:
    """The names under which the browser has the picture and the tables of a kind of brightness.

    Args:
        picture: the picture.
        kind: the kind of brightness.
        longest_side: of the picture in pixels, at most.
    """
    return f"picture:{longest_side}:{picture.digest[:40]}", f"tables:{kind.name}"


def live_picture(
    picture: CurrentPicture,
    light: Light,
    *,
    layout: str,
    followed_by: str = "",
    ribbon_key: str = "",
    longest_side: int = 0,
) -> None:
    """Draw a slider for the brightness, a field for the amount, the formula, and the picture that follows the thumb.

    While its button is held, it shows everything at the kind's neutral amount.

    Args:
        picture: the picture.
        light: the light of record. The thumb is set to its amount unless a visitor is dragging it.
        layout: "compare" shows original and edited picture with swipe, clipped pixels and probe; "single" shows the
            edited picture alone; "bar" is a slim bar with a thumbnail.
        followed_by: a name for the parts that follow the thumb while it is dragged. It must change when the cost of
            these parts changes. With an empty text nothing follows; with any other, the page must end with `follow`.
        ribbon_key: `Subject.key` of the subject whose ribbon the slider shows. The slider ignores ribbons of other
            subjects. Pass it on pages that end with `ribbon`; with an empty text the slider has no ribbon.
        longest_side: pixels of the picture's longest side, for pages that show it larger; 0 for what the layout needs.
    """
    kind, slider = light.kind, light.kind.slider
    longest_side = longest_side or _LONGEST_SIDE[layout]
    picture_name, tables_name = payload_names(picture, kind, longest_side)
    _send(picture_name, cached_pictures.picture_png(picture.digest, longest_side, picture.pixels))
    _send(tables_name, cached_pictures.tables(kind))
    key = f"live-picture-{layout}"
    _live_picture(
        key=key,
        data={
            "layout": layout,
            "picture": picture_name,
            "tables": tables_name,
            "kind": kind.name,
            "label": kind.name.capitalize(),
            "formula": kind.mathml,
            "minimum": slider.minimum,
            "maximum": slider.maximum,
            "step": slider.step,
            "decimals": slider.decimals,
            "neutral": slider.neutral,
            "amount": light.amount,
            "answered": answered_release(),
            "marks": _marks(kind),
            "help": kind.help,
            "refusals": refusals(kind),
            "told": told(),
            "followed_by": followed_by,
            "ribbon_key": ribbon_key,
        },
        on_released_change=lambda: answer_release(event(key, "released")),
    )


def _marks(kind: Kind) -> list[dict[str, object]]:
    """The amounts that are marked on the slider, rising, each with its label."""
    slider = kind.slider
    marks = {slider.neutral: "original"}
    if slider.start != slider.neutral:
        marks[slider.start] = f"{with_minus_signs(slider.written(slider.start))}, the tutorial's"
    return [{"amount": amount, "label": marks[amount]} for amount in sorted(marks)]

"""Component: the picture under a dragged slider, drawn in the browser."""

from pathlib import Path
from types import MappingProxyType

from ui.cached import pictures as cached_pictures
from ui.parts.component import component
from ui.session.brightness import set_brightness
from ui.session.events import event
from ui.values import CurrentPicture
from vizcore.edits.brightness import Light

_FILES = Path(__file__).parent
_payload = component("payload", _FILES)
_live_picture = component("live_picture", _FILES)
# The longest side that each layout has room for. Everything below 1280 is a preview.
_LONGEST_SIDE = MappingProxyType({"compare": 1280, "single": 640, "bar": 192})


def _send(name: str, content: bytes) -> None:
    """Give the page some bytes under a name; they travel again only when they change."""
    _payload(data=name.ljust(64).encode("ascii") + content, key=f"payload-{name.partition(':')[0]}", height=1)


def live_picture(picture: CurrentPicture, light: Light, *, layout: str, followed_by: str = "", wears: str = "") -> None:
    """A slider for the brightness, its formula, and the picture that follows the thumb.

    Args:
        picture: the picture.
        light: the brightness that Python knows; the thumb goes there unless it is being dragged.
        layout: "compare": original and processed, swipe, clipped pixels, probe. "single": the processed picture alone.
            "bar": a slim bar with a thumbnail.
        followed_by: what follows the thumb while it is dragged, a text that changes when its cost does; nothing does if
            it is empty. The page ends with `follow` then.
        wears: key of the subject, where the page ends with its ribbon.
    """
    kind, slider = light.kind, light.kind.slider
    longest_side = _LONGEST_SIDE[layout]
    picture_name = f"picture:{longest_side}:{picture.digest[:40]}"
    _send(picture_name, cached_pictures.picture_png(picture.digest, longest_side, picture.pixels))
    _send(f"tables:{kind.name}", cached_pictures.tables(kind))
    key = f"live-picture-{layout}"
    _live_picture(
        key=key,
        data={
            "layout": layout,
            "picture": picture_name,
            "tables": f"tables:{kind.name}",
            "kind": kind.name,
            "label": kind.name.capitalize(),
            "formula": kind.mathml,
            "minimum": slider.minimum,
            "maximum": slider.maximum,
            "step": slider.step,
            "decimals": slider.decimals,
            "amount": light.amount,
            "followed_by": followed_by,
            "wears": wears,
        },
        on_released_change=lambda: set_brightness(event(key, "released")),
    )

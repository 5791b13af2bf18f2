"""One layer three times: for the picture as it is, as edited, and the difference."""

from collections.abc import Callable
from functools import cache, partial
from math import inf

import streamlit as st

from ui.feature_maps.arrangement import Arrangement
from ui.feature_maps.controls import AGAINST
from ui.light.following.following import Update
from ui.parts.words.words import words, words_update
from vizcore.arrays import FloatArray
from vizcore.figures.chart import Figure, percent
from vizcore.figures.colours import DIVERGING
from vizcore.light.change import compared, difference, symmetric_range
from vizcore.light.passage import Clipping
from vizcore.maps.channels import channel_statistics
from vizcore.maps.scales import locked_range
from vizcore.numbers import with_minus_signs

_WORDS = "words"
_Sides = dict[str, tuple[FloatArray, tuple[float, float], str]]


def differences(arranged: Arrangement, clipping: Clipping) -> None:
    """Three pictures of a layer that zoom together and open the same channel.

    The first two are on one scale, that of the unedited picture; the third has zero in the middle and reaches as far as
    that scale is wide. Or each is stretched by itself.

    Args:
        arranged: the layer.
        clipping: the layers with and without the clip.
    """
    is_spatial = arranged.layer.is_spatial
    st.markdown(f"**{arranged.title}**")
    sides = _sides(arranged, clipping)
    words(key=arranged.key(_WORDS), text=_said(arranged, sides, clipping.part(arranged.layer.name)))
    with st.container(key=f"compared-{arranged.layer.name}"):
        places = st.columns(len(sides), gap="small") if is_spatial else [st.container() for _ in sides]
    for place, (side, heading) in enumerate(_headings(arranged).items()):
        with places[place]:
            arranged.chart(
                _figure(arranged, sides[side], heading),
                key=arranged.key(side),
                description=f"{arranged.title}, {heading}",
                link=arranged.key(),
                columns=arranged.columns_beside,
                hinted=place == 0,
            )


def updates(arranged: Arrangement, clipping: Callable[[], Clipping]) -> dict[str, Update]:
    """What makes new values for the pictures that the brightness changes, by the chart's key."""
    headings = _headings(arranged)

    @cache  # three pictures and their words ask for the same ones
    def sides() -> _Sides:
        return _sides(arranged, clipping() if _is_against_clip(arranged) else None)

    def update(side: str) -> dict[str, Figure]:
        return {"figure": _figure(arranged, sides()[side], headings[side])}

    found: dict[str, Update] = {
        arranged.key(side): partial(update, side) for side in headings if side != "base" or _is_against_clip(arranged)
    }
    # The clip's part takes three more passes: it is told when the thumb is released.
    return {**found, arranged.key(_WORDS): lambda: words_update(text=_said(arranged, sides(), None))}


def _is_against_clip(arranged: Arrangement) -> bool:
    return arranged.choice.against == AGAINST[1]


def _headings(arranged: Arrangement) -> dict[str, str]:
    if _is_against_clip(arranged):
        return {"base": "without the clip", "edited": "with the clip", "difference": "what the clip takes"}
    return {"base": "as it is", "edited": "as edited", "difference": "difference"}


def _sides(arranged: Arrangement, clipping: Clipping | None) -> _Sides:
    """Values, range and colours of each picture."""
    base, edited = arranged.original, arranged.edited
    if clipping is not None and _is_against_clip(arranged):
        base, edited = clipping.unclipped[arranged.layer.name], clipping.clipped[arranged.layer.name]
    changed = difference(base, edited)
    is_stretched, colour_map, (low, high) = arranged.choice.stretched, arranged.choice.colour_map, arranged.locked
    reach = symmetric_range(changed)[1] if is_stretched or low == high else (high - low) / arranged.choice.magnify
    return {
        "base": (base, locked_range(base) if is_stretched else arranged.locked, colour_map),
        "edited": (edited, locked_range(edited) if is_stretched else arranged.locked, colour_map),
        "difference": (changed, (-(reach or 1.0), reach or 1.0), DIVERGING),
    }


def _figure(arranged: Arrangement, side: tuple[FloatArray, tuple[float, float], str], heading: str) -> Figure:
    values, value_range, colour_map = side
    drawn = arranged.drawn(values, scale="locked", value_range=value_range, columns=arranged.columns_beside)
    # A channel that died is marked, and one that has not woken; in the difference 0 says nothing of that.
    statistics = None if colour_map == DIVERGING else channel_statistics(values)
    return arranged.figure(drawn, heading=heading, colour_map=colour_map, statistics=statistics)


def _said(arranged: Arrangement, sides: _Sides, clipping_part: float | None) -> str:
    """The change from the first picture to the second in words; with the clip's part, where that is known."""
    change = compared(sides["base"][0], sides["edited"][0])
    what, against_clip = "channels" if arranged.layer.is_spatial else "units", _is_against_clip(arranged)
    if against_clip:
        clipping_part = None
    if clipping_part == inf:
        return "Nothing has changed: the clip takes the whole edit away."
    if change.mean_change == 0:
        return "The clip changes nothing." if against_clip else "Nothing has changed."
    # Beyond the scale that both are drawn on, whichever they are compared with.
    from_scale = compared(arranged.original, sides["edited"][0]) if against_clip else change
    parts = [f"mean |change| {change.mean_change:.3g}", f"cosine similarity {_cosine(change.cosine)}"]
    shares = (
        (change.woke_share, "woke up"),
        (change.died_share, "died"),
        (from_scale.saturated_share, "saturated, beyond the scale of the picture as it is"),
    )
    parts += [f"{percent(share)} of the {what} {how}" for share, how in shares]
    if clipping_part:
        amount = percent(clipping_part) if clipping_part <= 1 else f"{clipping_part:.1f} times as much as what is left"
        parts.append(f"what clipping took is {amount}{' of the change' if clipping_part <= 1 else ' of it'}")
    return " · ".join(parts)


def _cosine(cosine: float | None) -> str:
    """Four decimals, and 1 only for what is 1 but for rounding."""
    if cosine is None:
        return "undefined, all is zero once"
    return "> 0.9999" if 0.99995 <= cosine < 1 - 1e-12 else with_minus_signs(f"{cosine:.4f}")

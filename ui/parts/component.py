"""The declaration of a component: its HTML, CSS and JavaScript are files beside its Python."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from ui.session.streamlit_internals import send_what_may_be_gone
from vizcore.figures.javascript import joined

SIGNED_BARS = Path(__file__).with_name("signed_bars.css")
"""Stylesheet of names that link to channels, and of bars to both sides of zero, in an element `.vizcore-signed`."""


def component(
    name: str, folder: Path, *, isolate_styles: bool = True, styles: Sequence[Path] = ()
) -> Callable[..., Any]:
    """Declare a component of Streamlit (`st.components.v2`). Call it once, at import.

    Args:
        name: of its files. `name.js` is joined with all modules that it imports. `name.css` and `name.html` may be
            missing: a component that shows nothing is an empty `<span>`.
        folder: of the files.
        isolate_styles: whether the component has its own shadow root. Without one, other scripts find its elements in
            the document, and its styles apply to the whole document.
        styles: stylesheets that it shares with other components. Its own one comes after them.

    Returns:
        A function that draws the component, called with its `key`, its `data` and its callbacks.
    """
    html, own = folder / f"{name}.html", folder / f"{name}.css"
    css = [*styles, *([own] if own.exists() else [])]
    declared = st.components.v2.component(
        f"vizcore_{name}",
        html=html.read_text(encoding="utf-8") if html.exists() else "<span></span>",
        css="".join(sheet.read_text(encoding="utf-8") for sheet in css) or None,
        js=joined(folder / f"{name}.js"),
        isolate_styles=isolate_styles,
    )

    def draw(**how: Any) -> Any:
        send_what_may_be_gone()
        return declared(**how)

    return draw

"""How a component of ours is declared: its HTML, CSS and JavaScript stand in files beside its Python."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from vizcore.figures.javascript import joined


def component(name: str, folder: Path, *, isolate_styles: bool = True) -> Callable[..., Any]:
    """Declare a component of Streamlit (`st.components.v2`). Called once, at import.

    Args:
        name: of its files. `name.js` is joined with all that it imports. `name.css` and `name.html` may be missing: a
            component that shows nothing is an empty `<span>`.
        folder: where the files are.
        isolate_styles: in a shadow root of its own. Where it is false, the rest of the document finds its elements, and
            its styles reach the rest.

    Returns:
        What draws the component, called with its `key`, its `data` and its callbacks.
    """
    html, css = folder / f"{name}.html", folder / f"{name}.css"
    return st.components.v2.component(
        f"vizcore_{name}",
        html=html.read_text(encoding="utf-8") if html.exists() else "<span></span>",
        css=css.read_text(encoding="utf-8") if css.exists() else None,
        js=joined(folder / f"{name}.js"),
        isolate_styles=isolate_styles,
    )

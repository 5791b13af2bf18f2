"""Component: the key of the visit in the browser's storage."""

from pathlib import Path

from ui.cached.keeping import keeper
from ui.parts.component import component
from ui.session.events import event
from ui.session.visit import come_back, keep_belongings, lost_key, visit_key

_visit = component("visit", Path(__file__).parent)


def remember_visit() -> None:
    """Keep what the visitor has, and let the tab remember the key to it."""
    _visit(
        key="visit",
        height=1,
        data={"visit": visit_key(), "holds": keep_belongings(keeper()), "asked": lost_key()},
        on_remembered_change=lambda: come_back(keeper(), event("visit", "remembered")),
    )

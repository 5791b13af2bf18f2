"""The climbs of this visitor: the one that runs, and what earlier ones have found."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from ui.jobs.climbing import ClimbJob

_MOST_KEPT, _MOST_BYTES = 16, 8_000_000
"""A climb of a deep network for pictures of 224 × 224 pixels keeps a megabyte."""


def climb_of(key: str) -> "ClimbJob | None":
    """The last climb for a question, running or ended, or None."""
    return _climbs().get(key)


def running_climb() -> "ClimbJob | None":
    """The climb that has not ended yet, or None."""
    return next((job for job in _climbs().values() if not job.finished), None)


def keep_climb(job: "ClimbJob") -> None:
    """Keep a climb that has just begun, for the session. The oldest of many, or of large ones, are forgotten."""
    climbs = _climbs()
    climbs.pop(job.question.key, None)
    climbs[job.question.key] = job
    while len(climbs) > _MOST_KEPT or (len(climbs) > 1 and _num_bytes(climbs.values()) > _MOST_BYTES):
        del climbs[next(iter(climbs))]


def _num_bytes(climbs: "Iterable[ClimbJob]") -> int:
    return sum(found.num_bytes for job in climbs for found in job.result or ())


def _climbs() -> "dict[str, ClimbJob]":
    climbs: dict[str, ClimbJob] = st.session_state.setdefault("_climbs", {})
    return climbs

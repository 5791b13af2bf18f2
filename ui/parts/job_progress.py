"""The progress of a job, and the button that stops it."""

from typing import TypeVar

import streamlit as st

from ui.guard import as_text
from ui.jobs.progress import Doing
from ui.jobs.queue import JobQueue, QueuedJob

Progress = TypeVar("Progress", bound=Doing)
Result = TypeVar("Result")


def show_progress(job: QueuedJob[Progress, Result], queue: JobQueue, *, noun: str) -> None:
    """Draw what a job is doing, or how many are before it, and the button.

    Args:
        job: not ended yet.
        queue: that it is in.
        noun: what the visitor calls such a job.
    """
    place = queue.place(job)
    doing = job.progress
    words = as_text(doing.words)
    if place:
        others = f"one {noun} is" if place == 1 else f"{place} {noun}s are"
        words = f"Waiting: {others} before yours. You may look at other pages meanwhile; keep this tab open."
    elif doing.seconds_left is not None:
        words += f" · about {_duration(doing.seconds_left)} left"
    st.progress(min(1.0, doing.share), text=words)
    st.button(f"Stop {noun}", icon=":material/stop:", on_click=queue.stop, args=(job,), disabled=job.stopped)


def _duration(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"

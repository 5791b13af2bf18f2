"""The visitor's training, and the visitor's own data set for it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from ui.jobs.training import TrainingJob
    from vizcore.datasets.dataset import Dataset
    from vizcore.networks.network import Network
    from vizcore.training.result import Trained


def training_job() -> "TrainingJob | None":
    """This visitor's training, running or ended."""
    job: TrainingJob | None = st.session_state.get("_training_job")
    return job


def keep_training_job(job: "TrainingJob") -> None:
    """Keep a training that this visitor has just begun. The result of the previous one stays until this one has one."""
    before = training_job()
    if before is not None and before.result is not None:
        st.session_state["_trained"] = before.result
    st.session_state["_training_job"] = job
    st.session_state["_epoch_shown"] = None


def restore_training(job: "TrainingJob | None", before: "Trained | None") -> None:
    """Give this session the training and the earlier result that the visitor had in another session."""
    st.session_state["_training_job"] = job
    st.session_state["_trained"] = before


def trained_before() -> "Trained | None":
    """The result of the training before the last one, or None."""
    before: Trained | None = st.session_state.get("_trained")
    return before


def trained() -> "Trained | None":
    """The result of this visitor's last training that had a result, or None."""
    job = training_job()
    return job.result if job is not None and job.result is not None else trained_before()


def is_result_old() -> bool:
    """Whether the result is that of an earlier training, and the last one has none, or none yet."""
    job = training_job()
    return job is not None and job.result is None and trained_before() is not None


def trained_here() -> "Network | None":
    """The network that this visitor has trained, or None."""
    result = trained()
    return None if result is None else result.network


def own_dataset() -> "Dataset | None":
    """The labelled pictures that this visitor has uploaded, or None."""
    own: Dataset | None = st.session_state.get("_own_dataset")
    return own


def keep_own_dataset(dataset: "Dataset") -> None:
    """Keep the visitor's labelled pictures in place of the previous ones."""
    st.session_state["_own_dataset"] = dataset
    st.session_state["_archive_refusal"] = None


def refuse_archive(sentence: str) -> None:
    """Remember why a zip was refused."""
    st.session_state["_archive_refusal"] = sentence


def archive_refusal() -> str | None:
    """Why the last zip was refused, or None."""
    sentence: str | None = st.session_state.get("_archive_refusal")
    return sentence


def epoch_shown(epochs: Sequence[int]) -> int:
    """The epoch that is shown: the last one, until the visitor has chosen another.

    Args:
        epochs: that can be shown, rising. The result is the one of them nearest to the choice.
    """
    chosen = st.session_state.get("_epoch_shown")
    return epochs[-1] if chosen is None else min(epochs, key=lambda epoch: abs(epoch - chosen))


def show_epoch(key: str, last: int) -> None:
    """Show the epoch of a slider. At the end of the slider, always show the last epoch, also of later runs.

    Args:
        key: of the slider.
        last: the epoch at its end.
    """
    epoch = st.session_state[key]
    st.session_state["_epoch_shown"] = None if epoch == last else epoch

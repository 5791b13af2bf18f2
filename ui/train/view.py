"""A training while it runs: start and stop, progress, curves, and the first layer after every epoch."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

import streamlit as st

from ui.cached import training as cached_training
from ui.cached.jobs import last_visit, training_queue
from ui.cached.tensorflow import load_tensorflow
from ui.guard import as_text, sentences
from ui.jobs.training import TrainingJob
from ui.parts.job_progress import show_progress
from ui.parts.live_chart.live_chart import ChartLook, live_chart
from ui.session.screen import is_narrow
from ui.session.streamlit_internals import is_connected, session_id
from ui.session.training import epoch_shown, keep_training_job, show_epoch, trained, training_job
from ui.train import controls
from ui.values import CurrentPicture
from vizcore.datasets.source import Source, download_bytes
from vizcore.figures.mosaics import mosaic_figure
from vizcore.figures.training import kernels_figure, training_curves_figure
from vizcore.maps.channels import channel_statistics
from vizcore.maps.mosaic import mosaic
from vizcore.maps.ranges import range_scale
from vizcore.training.first_layer import largest_weight
from vizcore.training.options import Options
from vizcore.training.result import Plan

_SECONDS_BETWEEN_LOOKS = 0.4
_SECONDS_BETWEEN_FILTERS = 1.0
_COLUMNS = 8
_GAP = 3
_CURVES = 300  # pixels of height: curves, kernels and feature maps are on the first screen of a projector


@dataclass(frozen=True)
class Places:
    """The places of the page.

    Attributes:
        choices: what is learned, how long, and the button that starts.
        shown: what is seen of the training.
        more: the options that are seldom changed.
    """

    choices: AbstractContextManager[object]
    shown: AbstractContextManager[object]
    more: AbstractContextManager[object]


def places() -> Places:
    """The training is beside its choices; on a phone it is right below the button that starts it."""
    if is_narrow():
        return Places(st.container(), st.container(), st.container())
    left, right = st.columns([2, 4], gap="medium")
    return Places(left.container(), right.container(), left.container())


def has_begun() -> bool:
    """Whether this visitor has begun a training."""
    return training_job() is not None


def run(source: Source | None, options: Options) -> None:
    """Draw the buttons that start a training, or the training that is running."""
    job = training_job()
    if job is None or job.finished:
        _offer(source, options)
        if job is not None:
            _say_how_it_ended(job)
        return
    st.fragment(_watch, run_every=_SECONDS_BETWEEN_LOOKS)(job)


def course(picture: CurrentPicture) -> None:
    """Draw the curves of this visitor's training, and its first layer after every epoch: kernels and feature maps."""
    job = training_job()
    if job is not None:
        st.fragment(_curves, run_every=None if job.finished else _SECONDS_BETWEEN_LOOKS)(job)
        st.fragment(_filters, run_every=None if job.finished else _SECONDS_BETWEEN_FILTERS)(picture)


def _offer(source: Source | None, options: Options) -> None:
    before = trained()
    with st.container(horizontal=True, gap="small"):
        size = 0 if source is None else download_bytes(source)
        start = st.button(
            f"Download {size / 1e6:.0f} MB and start" if size else "Start",
            icon=":material/play_arrow:",
            type="primary",
            disabled=source is None,
        )
        go_on = False
        if before is not None:
            go_on = st.button(
                "Continue from here",
                icon=":material/resume:",
                disabled=source is None or source.classes != before.classes,
                help="Continues from these weights with the chosen pictures and options. The classes must be the same.",
            )
    if source is not None and (start or go_on):
        with sentences():
            controls.check(source, options)
            _start(Plan(source, options, before if go_on else None))


def _start(plan: Plan) -> None:
    load_tensorflow()
    job = TrainingJob(plan, is_there=partial(is_connected, session_id()), last_visit=last_visit)
    keep_training_job(job)
    training_queue().add(job)
    st.rerun()


def _watch(job: TrainingJob) -> None:
    if job.finished:
        st.rerun()
    show_progress(job, training_queue(), noun="training")


def _say_how_it_ended(job: TrainingJob) -> None:
    if job.error is not None:
        st.error(as_text(job.error), icon=":material/error:")
    elif job.stopped:
        done = len(job.course.history)
        st.info(
            f"Stopped after {done} whole {'epoch' if done == 1 else 'epochs'}. The network trained so far is kept."
            if job.result is not None
            else "Stopped before there was anything to keep.",
            icon=":material/stop_circle:",
        )


def _curves(job: TrainingJob) -> None:
    history, segments = job.course.history, job.course.segments
    if not segments:
        return
    watched, last = job.plan.source.watched, ""
    if history:
        last = f": {watched} accuracy {history[-1].validation_accuracy:.1%} after epoch {history[-1].number}"
    live_chart(
        training_curves_figure(history, segments, epochs=job.plan.last, watched=watched),
        key="curves",
        description=f"Loss and accuracy over the epochs{last}",
        look=ChartLook(height=_CURVES, file="training"),
    )


def _filters(picture: CurrentPicture) -> None:
    job = training_job()
    if job is None or not job.course.moments:
        return
    moments = job.course.moments
    epochs = [moment.epoch for moment in moments]
    with st.container(key="moment", gap="xsmall"):
        st.header("The first layer, epoch by epoch", anchor=False)
        _moment(job, picture, epoch_shown(epochs))
    if len(epochs) > 1:
        # Streamlit treats a slider with another end as another widget, so each end has its own key.
        key = f"epoch-{epochs[-1]}"
        st.select_slider(
            "After epoch (0: before the first)",
            epochs,
            value=epoch_shown(epochs),
            key=key,
            on_change=show_epoch,
            args=(key, epochs[-1]),
        )


def _moment(job: TrainingJob, picture: CurrentPicture, shown: int) -> None:
    """Draw the kernels and the feature maps of the first layer after one epoch."""
    moments = job.course.moments
    epochs = [moment.epoch for moment in moments]
    moment = moments[epochs.index(shown)]
    maps = [
        cached_training.first_layer_maps(job.key, layer.epoch, picture.digest, layer, picture.pixels)
        for layer in moments
    ]
    low, high = min(float(each.min()) for each in maps), max(float(each.max()) for each in maps)
    values = maps[epochs.index(shown)]
    when = "before training" if shown == 0 else f"after epoch {shown}"
    left, right = st.columns(2, gap="medium")
    with left:
        live_chart(
            kernels_figure(
                moment.kernels,
                limit=largest_weight(moments) or 1.0,
                title=f"Kernels of conv1 · {when}",
                columns=_COLUMNS,
            ),
            key="kernels",
            description=f"The {moment.kernels.shape[3]} kernels of the first layer {when}, as colours",
        )
        st.caption("Weights for red, green and blue in their own colours; grey is 0. One scale for all epochs.")
    with right:
        one_range = range_scale(low, high, num_channels=values.shape[-1])
        drawn = mosaic(values, scale=one_range, columns=_COLUMNS, gap=_GAP)
        live_chart(
            mosaic_figure(drawn, title=f"Feature maps of conv1 · {when}", statistics=channel_statistics(values)),
            key="first-maps",
            description=f"What the first layer makes of the picture {when}",
        )
        st.caption(f"Of “{as_text(picture.title)}”, unedited. One scale for all epochs: {low:.3g} to {high:.3g}.")

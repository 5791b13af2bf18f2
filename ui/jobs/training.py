"""A training: its run as a function, and the job that calls it in a thread while visitors change pages."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from ui.jobs import progress
from ui.jobs.job import Stopped, Tell
from ui.jobs.pacing import let_others_go_first, lower_priority
from ui.jobs.progress import Progress
from ui.jobs.queue import QueuedJob
from vizcore.datasets import source as datasets_source
from vizcore.datasets.dataset import Dataset
from vizcore.errors import VizcoreError
from vizcore.training.first_layer import FirstLayer, thinned_out
from vizcore.training.options import Epoch, TrainingStep, check_options
from vizcore.training.result import Course, Plan, Trained
from vizcore.training.segments import Segments

FAILED = "Training failed because of an error in this app. The app's log says more; please try other options."


def run(
    plan: Plan,
    tell: Tell[Progress],
    stopped: Stopped,
    *,
    pause: Callable[[], None] = lambda: None,
    is_wanted: Callable[[], bool] = lambda: True,
) -> Trained | None:
    """Read the pictures, train and measure, in the thread of the caller.

    Args:
        plan: the pictures, the options and the weights to begin with.
        tell: called with every new progress.
        stopped: called after every step and during a download; whether to stop.
        pause: called between two steps.
        is_wanted: called at the end of the training; whether anybody still wants the result.

    Returns:
        The result, also of a training that was stopped. None if it was stopped before the first step, or if nobody
        wants the result.

    Raises:
        VizcoreError: the pictures cannot be read, or the weights to begin with belong to another network.
    """
    notes = _Notes(plan, tell)
    dataset = _read(plan, notes, stopped)
    if dataset is None:
        return None
    notes.say(Progress("Building the network"))

    from vizcore.training import fitting, measuring

    # A training that continues an earlier one takes the pictures in another order.
    options = replace(plan.options, seed=plan.options.seed + plan.first)
    model = fitting.prepare(dataset, options, weights=None if plan.before is None else plan.before.weights)
    if not plan.course.moments:
        notes.add_moment(measuring.first_layer(model, epoch=0))
    after_step = partial(_after_step, notes, stopped, pause, time.monotonic())
    watch = fitting.Watch(after_step=after_step, stopped=stopped)
    for epoch in fitting.epochs(model, dataset, options, watch=watch):
        number = plan.first + epoch.number
        notes.add_epoch(replace(epoch, number=number), measuring.first_layer(model, epoch=number))
    if not is_wanted():
        return None
    after_batch = partial(_after_measured_batch, notes, stopped)
    after_batch(0, len(dataset.test))
    return measuring.measured(model, dataset, plan.options, notes.course, progress=after_batch)


def _after_step(notes: "_Notes", stopped: Stopped, pause: Callable[[], None], began: float, step: TrainingStep) -> None:
    notes.add_step(step, time.monotonic() - began)
    if not stopped():
        pause()


def _after_measured_batch(notes: "_Notes", stopped: Stopped, done: int, of: int) -> None:
    notes.say(progress.measuring(done, of, stopped=stopped()))


def _read(plan: Plan, notes: "_Notes", stopped: Stopped) -> Dataset | None:
    """Read the pictures; None if the training was stopped meanwhile."""
    name = plan.source.name
    notes.say(Progress(f"Reading {name}"))
    try:
        dataset = datasets_source.read(
            plan.source,
            progress=lambda received, expected: notes.say(progress.downloading(name, received, expected)),
            stopped=stopped,
        )
    except VizcoreError:
        # A download raises this error also because it was stopped, which is no error of the training.
        if stopped():
            return None
        raise
    return None if stopped() else dataset


class _Notes:
    """The notes of a run: its progress and the epochs so far, which it always reports together."""

    def __init__(self, plan: Plan, tell: Tell[Progress]) -> None:
        self.course = plan.course
        self._plan, self._tell = plan, tell
        self._progress = Progress("")
        self._segments = Segments(epochs_before=plan.first)

    def say(self, now: Progress) -> None:
        self._progress = now
        self._tell(replace(now, course=self.course))

    def add_step(self, step: TrainingStep, seconds: float) -> None:
        segment = self._segments.add(step)
        if segment is not None:
            self.course = replace(self.course, segments=(*self.course.segments, segment))
        self.say(progress.learning(self._plan, step, seconds))

    def add_epoch(self, epoch: Epoch, moment: FirstLayer) -> None:
        self.course = replace(self.course, history=(*self.course.history, epoch))
        self.add_moment(moment)

    def add_moment(self, moment: FirstLayer) -> None:
        self.course = replace(self.course, moments=thinned_out((*self.course.moments, moment)))
        self.say(self._progress)


class TrainingJob(QueuedJob[Progress, Trained | None]):
    """One training of a visitor.

    Args:
        plan: of the training.
        is_there: returns whether the visitor still has a connection.
        last_visit: the time at which any visitor last began to wait for a page, in seconds of `time.monotonic`.

    Attributes:
        plan: of the training.
    """

    def __init__(
        self, plan: Plan, *, is_there: Callable[[], bool], last_visit: Callable[[], float] = lambda: 0.0
    ) -> None:
        check_options(plan.options)
        self.plan = plan
        self._last_visit = last_visit
        super().__init__(
            self._train,
            progress=Progress("Waiting", course=plan.course),
            name="training",
            failed=FAILED,
            is_there=is_there,
        )

    @property
    def course(self) -> Course:
        """The epochs so far, including those of the trainings that this one continues."""
        return self.progress.course

    def _train(self, tell: Tell[Progress], stopped: Stopped) -> Trained | None:
        lower_priority()
        return run(
            self.plan,
            tell,
            stopped,
            pause=partial(let_others_go_first, self._last_visit, stopped),
            is_wanted=lambda: self.is_wanted,
        )

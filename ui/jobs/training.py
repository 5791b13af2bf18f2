"""A training: the run itself, which a thread of its own does while pages come and go, and the job around it."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from ui.jobs import progress
from ui.jobs.job import Job, Stopped, Tell
from ui.jobs.pacing import let_others_go_first, lower_priority
from ui.jobs.progress import Progress
from vizcore.datasets import source as datasets_source
from vizcore.datasets.dataset import Dataset
from vizcore.errors import VizcoreError
from vizcore.training.first_layer import FirstLayer, kept
from vizcore.training.options import Epoch, Step, check_options
from vizcore.training.result import Course, Plan, Trained
from vizcore.training.segments import Segments

FAILED = "Training failed, and it is our mistake. It was written to the log of the app; please try other options."


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
        plan: what to train on, how, and from where.
        tell: called with every new progress.
        stopped: asked after every step, and during a download, whether to stop.
        pause: called between two steps.
        is_wanted: asked at the end of a training whether anybody wants to know what came of it.

    Returns:
        What came of it, also of a training that was stopped. None if it was stopped before the first step, or if nobody
        wants it.

    Raises:
        VizcoreError: the pictures cannot be had, or the weights to go on from are those of another network.
    """
    notes = _Notes(plan, tell)
    dataset = _read(plan, notes, stopped)
    if dataset is None:
        return None
    notes.say(Progress("Building the network"))

    from vizcore.training import fitting, measuring

    # When a training goes on, the pictures come in another order than before.
    options = replace(plan.options, seed=plan.options.seed + plan.first)
    model = fitting.prepare(dataset, options, weights=None if plan.before is None else plan.before.weights)
    if not plan.course.moments:
        notes.add_moment(measuring.first_layer(model, epoch=0))
    began = time.monotonic()

    def after_step(step: Step) -> None:
        notes.add_step(step, time.monotonic() - began)
        if not stopped():
            pause()

    watch = fitting.Watch(after_step=after_step, stopped=stopped)
    for epoch in fitting.epochs(model, dataset, options, watch=watch):
        number = plan.first + epoch.number
        notes.add_epoch(replace(epoch, number=number), measuring.first_layer(model, epoch=number))
    if not is_wanted():
        return None

    def measured(done: int, of: int) -> None:
        notes.say(progress.measuring(done, of, stopped=stopped()))

    measured(0, len(dataset.test))
    return measuring.measured(model, dataset, plan.options, notes.course, progress=measured)


def _read(plan: Plan, notes: "_Notes", stopped: Stopped) -> Dataset | None:
    """The pictures; None if the training was stopped meanwhile."""
    name = plan.source.name
    notes.say(Progress(f"Reading {name}"))
    try:
        dataset = datasets_source.read(
            plan.source,
            progress=lambda received, expected: notes.say(progress.downloading(name, received, expected)),
            stopped=stopped,
        )
    except VizcoreError:
        # A download that ends because it was stopped is no error.
        if stopped():
            return None
        raise
    return None if stopped() else dataset


class _Notes:
    """What a run tells: how far it is, always with the epochs so far."""

    def __init__(self, plan: Plan, tell: Tell[Progress]) -> None:
        self.course = plan.course
        self._plan, self._tell = plan, tell
        self._progress = Progress("")
        self._segments = Segments(epochs_before=plan.first)

    def say(self, now: Progress) -> None:
        self._progress = now
        self._tell(replace(now, course=self.course))

    def add_step(self, step: Step, seconds: float) -> None:
        segment = self._segments.add(step)
        if segment is not None:
            self.course = replace(self.course, segments=(*self.course.segments, segment))
        self.say(progress.learning(self._plan, step, seconds))

    def add_epoch(self, epoch: Epoch, moment: FirstLayer) -> None:
        self.course = replace(self.course, history=(*self.course.history, epoch))
        self.add_moment(moment)

    def add_moment(self, moment: FirstLayer) -> None:
        self.course = replace(self.course, moments=kept((*self.course.moments, moment)))
        self.say(self._progress)


class TrainingJob(Job[Progress, Trained | None]):
    """One training of a visitor.

    Args:
        plan: what it does.
        is_there: whether the visitor still has a connection.
        last_visit: when a page was last begun by anybody, in seconds of `time.monotonic`.

    Attributes:
        key: a text that no other job has.
        plan: what it does.
        is_there: whether the visitor still has a connection.
    """

    def __init__(
        self, plan: Plan, *, is_there: Callable[[], bool], last_visit: Callable[[], float] = lambda: 0.0
    ) -> None:
        check_options(plan.options)
        self.key = uuid.uuid4().hex
        self.plan = plan
        self.is_there = is_there
        self._last_visit = last_visit
        self._abandoned = threading.Event()
        super().__init__(self._train, progress=Progress("Waiting", course=plan.course), name="training", failed=FAILED)

    @property
    def course(self) -> Course:
        """The epochs so far, those before this training included."""
        return self.progress.course

    def abandon(self) -> None:
        """Stop and keep nothing: nobody is there any more."""
        self._abandoned.set()
        self.stop()

    def _train(self, tell: Tell[Progress], stopped: Stopped) -> Trained | None:
        lower_priority()
        return run(
            self.plan,
            tell,
            stopped,
            pause=partial(let_others_go_first, self._last_visit, stopped),
            is_wanted=lambda: not self._abandoned.is_set(),
        )

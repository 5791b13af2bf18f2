"""A training that goes on while pages come and go: a thread of its own that knows no Streamlit, and the queue for it.

One job of a session, one running job in the process. The page reads what the job says of itself; a watcher ends jobs
whose visitor has left.
"""

import hashlib
import os
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vizcore.datasets.dataset import Dataset
from vizcore.datasets.source import read
from vizcore.errors import VizcoreError
from vizcore.networks.entries import TrainedHere, name_of_trained
from vizcore.training.first_layer import FirstLayer, kept
from vizcore.training.measures import wrongest
from vizcore.training.options import Epoch, Step, Stretch, check_options
from vizcore.training.result import Plan, Progress, Trained

if TYPE_CHECKING:
    import keras

FAILED = "Training failed, and it is our mistake. It was written to the log of the app; please try other options."
_NICENESS = 10
_PAUSE = 0.02
"""Seconds between two steps, in which whatever waits for the cores or for Python's lock gets them."""
_VISIT, _LONGEST_PAUSE = 0.4, 0.6
"""As long as a page was begun within so many seconds, the next step waits, but no longer than the second."""
_STRETCHES_PER_EPOCH = 20


class TrainingJob:
    """One training. Its thread writes, pages read; what they read is replaced as a whole and never changed.

    Attributes:
        key: a text that no other job has.
        plan: what it does.
        progress: how far it is.
        history, stretches, moments: of the epochs so far, those before it included.
        result: what came of it, once there is something.
        error: a sentence for the visitor, or None.
        begun: whether its turn has come.
        finished: whether it has ended, well or not.
        stopped: whether it was told to stop.
    """

    def __init__(self, plan: Plan, *, is_there: Callable[[], bool]) -> None:
        check_options(plan.options)
        self.key = uuid.uuid4().hex
        self.plan = plan
        self.progress = Progress("Waiting")
        before = plan.before
        self.history: tuple[Epoch, ...] = () if before is None else before.history
        self.stretches: tuple[Stretch, ...] = () if before is None else before.stretches
        self.moments: tuple[FirstLayer, ...] = () if before is None else before.moments
        self.result: Trained | None = None
        self.error: str | None = None
        self.begun = False
        self.finished = False
        self.is_there = is_there
        self._stop = threading.Event()
        self._left = threading.Event()
        self._steps_began = 0.0
        self._last_visit: Callable[[], float] = lambda: 0.0
        self._open: list[Step] = []
        self._thread: threading.Thread | None = None

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End the training after the step that is under way; what there is of the network is measured and kept."""
        self._stop.set()

    def abandon(self) -> None:
        """End it after the step that is under way and keep nothing: nobody is there any more."""
        self._left.set()
        self._stop.set()

    def begin(self, ended: Callable[["TrainingJob"], None], last_visit: Callable[[], float]) -> None:
        """Start the thread.

        Args:
            ended: called last, by the thread.
            last_visit: when a page was last begun by anybody, in seconds of `time.monotonic`.
        """
        self.begun = True
        self._last_visit = last_visit
        self._thread = threading.Thread(target=self._run, args=(ended,), name="training", daemon=True)
        self._thread.start()

    def end_unbegun(self) -> None:
        """Its turn will not come."""
        self._stop.set()
        self.progress = Progress("Stopped before it began")
        self.finished = True

    def wait(self, timeout: float | None = None) -> None:
        """Wait until its thread has ended."""
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self, ended: Callable[["TrainingJob"], None]) -> None:
        # What is none of our sentences goes on to Python's report of threads, which is in the log.
        error: str | None = FAILED
        try:
            _step_back()
            self.result = self._train()
            error = None
        except VizcoreError as refusal:
            error = None if self.stopped else str(refusal)
        finally:
            self.error = error
            self.finished = True
            ended(self)

    def _train(self) -> Trained | None:
        source, options, before = self.plan.source, self.plan.options, self.plan.before
        self.progress = Progress(f"Reading {source.name}")
        dataset = read(source, progress=self._downloading, stopped=self._stop.is_set)
        if self.stopped:
            return None
        self.progress = Progress("Building the network")

        from vizcore.training import fitting as training_fitting
        from vizcore.training.fitting import prepare

        # Other pictures in another order than before, if it goes on.
        options = replace(options, seed=options.seed + self.plan.first)
        model = prepare(dataset, options, weights=None if before is None else before.weights)
        if not self.moments:
            self.moments = (_first_layer(model, 0),)
        self._steps_began = time.monotonic()
        for epoch in training_fitting.epochs(
            model, dataset, options, after_step=self._after_step, stopped=self._stop.is_set
        ):
            numbered = replace(epoch, number=self.plan.first + epoch.number)
            self.history = (*self.history, numbered)
            self.moments = kept((*self.moments, _first_layer(model, numbered.number)))
        if self._left.is_set():
            return None
        self._measuring(0, len(dataset.test))
        return self._measured(model, dataset)

    def _downloading(self, received: int, expected: int) -> None:
        share = received / expected if expected else 0.0
        self.progress = Progress(
            f"Downloading {self.plan.source.name}: {received / 1e6:.1f} of {expected / 1e6:.1f} MB", share
        )

    def _measuring(self, done: int, of: int) -> None:
        how = "Stopped. " if self.stopped else ""
        self.progress = Progress(f"{how}Measuring on the test pictures: {done:,} of {of:,}", done / of)

    def _after_step(self, step: Step) -> None:
        first, epochs = self.plan.first, self.plan.options.epochs
        done, total = (step.epoch - 1) * step.of + step.index, epochs * step.of
        taken = time.monotonic() - self._steps_began
        self._note(step)
        self.progress = Progress(
            f"Epoch {first + step.epoch} of {self.plan.last} · step {step.index} of {step.of}",
            done / total,
            # The first steps also build their graphs.
            taken / done * (total - done) if done >= 5 else None,
        )
        if not self.stopped:
            self._let_others_go_first()

    def _let_others_go_first(self) -> None:
        self._stop.wait(_PAUSE)
        end = time.monotonic() + _LONGEST_PAUSE
        while not self.stopped and time.monotonic() < min(end, self._last_visit() + _VISIT):
            self._stop.wait(_PAUSE)

    def _note(self, step: Step) -> None:
        """A step belongs to the stretch that is under way, or begins the next."""
        self._open.append(step)
        if len(self._open) >= max(1, step.of // _STRETCHES_PER_EPOCH) or step.index == step.of:
            until = self.plan.first + step.epoch - 1 + step.index / step.of
            means = (float(np.mean([getattr(one, name) for one in self._open])) for name in ("loss", "accuracy"))
            self.stretches = (*self.stretches, Stretch(until, *means))
            self._open = []

    def _measured(self, model: "keras.Model", dataset: Dataset) -> Trained:
        from vizcore.training import card as training_card
        from vizcore.training.card import save_weights
        from vizcore.training.fitting import probabilities
        from vizcore.training.measures import confusion_matrix

        given = probabilities(model, dataset.test, progress=self._measuring)
        winners = given.argmax(axis=1)
        weights = tuple(np.array(one) for one in model.get_weights())
        about = training_card.card(
            model, dataset, self.plan.options, self.history, command="the Train page", given=given
        )
        with tempfile.TemporaryDirectory() as folder:
            file = save_weights(Path(folder) / "trained", model, about)
            weights_file, card = file.read_bytes(), file.with_name("trained.json").read_text(encoding="utf-8")
        num_test = len(dataset.test)
        accuracy = float((winners == dataset.test.labels).mean())
        return Trained(
            data=dataset.name,
            classes=dataset.classes,
            weights=weights,
            history=self.history,
            stretches=self.stretches,
            moments=self.moments,
            accuracy=accuracy,
            num_test=num_test,
            confusion=confusion_matrix(dataset.test.labels, winners, len(dataset.classes)),
            mistakes=wrongest(dataset.test, given),
            network=TrainedHere(
                name=name_of_trained(hashlib.sha256(weights_file).hexdigest()),
                classes=dataset.classes,
                input_shape=tuple(model.inputs[0].shape[1:]),
                weights=weights,
                about=f"Trained here on {dataset.name}: right on {accuracy:.1%} of {num_test:,} test pictures.",
                trust=(
                    f"On its test pictures its probabilities are off by {about['calibration_error']:.1%} on average; "
                    "they say nothing about pictures of other things."
                ),
            ).build(),
            weights_file=weights_file,
            card=card,
        )


def _first_layer(model: "keras.Model", epoch: int) -> FirstLayer:
    kernels, biases = model.get_layer("conv1").get_weights()
    return FirstLayer(epoch, np.array(kernels), np.array(biases))


def _step_back() -> None:
    """Let the threads that answer pages go first."""
    if hasattr(os, "setpriority"):
        # On Linux a thread has a priority of its own.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)

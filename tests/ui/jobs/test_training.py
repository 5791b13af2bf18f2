"""Trainings: run without a thread, and in one: started, stopped, gone on with, refused."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.ui.apps import opened
from tests.ui.jobs.trainings import ENDLESS, FEW, PATIENCE, QUICK, ended, result_of, started, until
from ui.cached import jobs as cached_jobs
from ui.jobs.progress import Progress
from ui.jobs.queue import JobQueue
from ui.jobs.training import FAILED, run
from ui.train import controls
from vizcore.activations.reading import read
from vizcore.datasets import cifar10
from vizcore.datasets.dataset import Dataset, Pictures
from vizcore.datasets.source import CIFAR10, OWN, SHAPES, Source, chosen_source, download_bytes
from vizcore.downloads import Download
from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import preprocess_image
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.pictures.samples import open_sample
from vizcore.training.options import Options, history_csv
from vizcore.training.result import Plan

pytestmark = pytest.mark.usefixtures("tensorflow")


def test_a_few_hundred_pictures_are_enough_to_beat_chance(queue: JobQueue) -> None:
    options = Options(epochs=3, batch_size=16, learning_rate=2e-3, augment=False)
    job = ended(queue, Plan(chosen_source(SHAPES, 500, None), options))
    result = result_of(job)
    assert result.accuracy > 0.2  # chance is 0.1
    assert [epoch.number for epoch in result.history] == [1, 2, 3]
    assert [moment.epoch for moment in result.moments] == [0, 1, 2, 3]
    assert result.history[-1].validation_accuracy == pytest.approx(result.accuracy)
    assert result.confusion.sum() == result.num_test == 125
    assert result.confusion.trace() == round(result.accuracy * result.num_test)
    assert all(mistake.true != mistake.predicted for mistake in result.mistakes)
    given = [mistake.probability for mistake in result.mistakes]
    assert given == sorted(given, reverse=True)
    assert [segment.until for segment in result.segments] == sorted(segment.until for segment in result.segments)
    assert result.segments[-1].until == 3
    # The first moment is the untrained network; the last one is what came of it.
    kernels, biases = build_simple_cnn().get_layer("conv1").get_weights()
    np.testing.assert_array_equal(result.moments[0].kernels, kernels)
    np.testing.assert_array_equal(result.moments[0].biases, biases)
    np.testing.assert_array_equal(result.moments[-1].kernels, result.weights[0])


def test_a_run_tells_all_that_a_page_shows_without_a_thread() -> None:
    told: list[Progress] = []
    plan = Plan(FEW, Options(epochs=2, batch_size=16, augment=False))
    pauses: list[int] = []
    result = run(plan, told.append, lambda: False, pause=lambda: pauses.append(len(told)))
    assert result is not None
    words = [progress.words for progress in told]
    assert words[:2] == ["Reading Shapes", "Building the network"]
    steps = [f"Epoch {epoch} of 2 · step {index} of 3" for epoch in (1, 2) for index in (1, 2, 3)]
    assert list(dict.fromkeys(word for word in words if word.startswith("Epoch"))) == steps
    assert words[-2:] == [f"Measuring on the test pictures: {done} of 20" for done in (0, 20)]
    # A pause after every step, when the step has been told.
    assert [words[number - 1] for number in pauses] == steps
    # What was told before never gets shorter, and the result has all of it.
    for earlier, later in pairwise(progress.course for progress in told):
        assert later.history[: len(earlier.history)] == earlier.history
        assert later.segments[: len(earlier.segments)] == earlier.segments
    assert [len(progress.course.moments) for progress in told][:3] == [0, 0, 1]
    assert (result.history, result.segments) == (told[-1].course.history, told[-1].course.segments)
    assert len(result.history) == 2
    assert [segment.until for segment in result.segments] == pytest.approx([1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 2])


def test_a_run_that_is_stopped_or_not_wanted_says_no_more_than_there_is() -> None:
    told: list[Progress] = []
    assert run(Plan(FEW, QUICK), told.append, lambda: True) is None
    assert [progress.words for progress in told] == ["Reading Shapes"]
    told.clear()
    assert run(Plan(FEW, QUICK), told.append, lambda: False, is_wanted=lambda: False) is None
    assert len(told[-1].course.history) == 1
    assert not any("Measuring" in progress.words for progress in told)
    told.clear()
    # After the second step of three: no whole epoch, and a network all the same.
    result = run(Plan(FEW, QUICK), told.append, lambda: "step 2" in told[-1].words or "Stopped" in told[-1].words)
    assert result is not None
    assert (result.history, [segment.until for segment in result.segments]) == ((), pytest.approx([1 / 3, 2 / 3]))
    assert told[-1].words == "Stopped. Measuring on the test pictures: 20 of 20"


def test_what_is_shown_is_what_the_files_hold(queue: JobQueue, tmp_path: Path) -> None:
    result = result_of(ended(queue, Plan(FEW, QUICK)))
    path = tmp_path / "trained.weights.h5"
    path.write_bytes(result.weights_file)
    loaded = build_simple_cnn(seed=5)
    loaded.load_weights(path)
    batch = preprocess_image(open_sample("rocket").pixels)
    expected = read(loaded, batch, ["conv3", "logits"])
    shown = result.network.traced.read(batch, ["conv3", "logits"])
    for name, values in expected.items():
        np.testing.assert_allclose(shown[name], values, rtol=1e-4, atol=1e-5)
    card = json.loads(result.card)
    assert card["data"] == "Shapes"
    assert card["test_accuracy"] == pytest.approx(result.accuracy, abs=1e-4)
    assert len(card["history"]) == len(history_csv(result.history).splitlines()) - 1 == 1


def test_a_stopped_training_ends_after_its_step_and_keeps_what_there_is(queue: JobQueue) -> None:
    job = started(queue, Plan(FEW, ENDLESS))
    until(lambda: len(job.course.history) >= 1)
    done = len(job.course.history)
    queue.stop(job)
    until(lambda: job.finished)
    result = result_of(job)
    assert done <= len(result.history) <= done + 1
    assert not np.array_equal(result.weights[0], build_simple_cnn().get_weights()[0])


def test_one_goes_on_with_the_weights_that_are_there(queue: JobQueue) -> None:
    first = result_of(ended(queue, Plan(FEW, QUICK)))
    job = ended(queue, Plan(FEW, QUICK, first))
    second = result_of(job)
    assert [epoch.number for epoch in second.history] == [1, 2]
    assert [moment.epoch for moment in second.moments] == [0, 1, 2]
    np.testing.assert_array_equal(second.moments[1].kernels, first.weights[0])
    assert second.history[0] == first.history[0]
    assert second.segments[-1].until == 2
    assert second.network.entry.name != first.network.entry.name
    # What came before is as it was.
    np.testing.assert_array_equal(first.moments[-1].kernels, first.weights[0])
    assert len(first.history) == 1


def test_going_on_takes_the_same_pictures_in_another_order(queue: JobQueue) -> None:
    # Step by step through pictures that teach it nothing: the losses tell which picture came when.
    source, still = own(3), Options(epochs=1, batch_size=1, learning_rate=1e-12, augment=False)
    trained, losses = None, []
    for _ in range(3):
        before = 0 if trained is None else len(trained.segments)
        trained = result_of(ended(queue, Plan(source, still, trained)))
        losses.append(np.array([segment.loss for segment in trained.segments[before:]]))
    first = np.sort(losses[0])
    assert first.size == source.num_training
    for one, other in combinations(losses, 2):
        np.testing.assert_allclose(np.sort(one), np.sort(other), atol=1e-3)
        assert not np.allclose(one, other, atol=1e-3)


def test_one_does_not_go_on_with_other_classes(queue: JobQueue) -> None:
    first = result_of(ended(queue, Plan(FEW, QUICK)))
    job = ended(queue, Plan(own(3), QUICK, first))
    assert job.error is not None
    assert "10 classes" in job.error
    assert "of 3" in job.error


def own(num_classes: int, number: int = 30) -> Source:
    random = np.random.default_rng(0)
    labels = np.arange(number, dtype=np.int64) % num_classes
    pictures = Pictures(random.integers(0, 256, (number, 20, 20, 3), dtype=np.uint8), labels)
    names = tuple(f"kind {index}" for index in range(num_classes))
    return chosen_source(OWN, 0, Dataset("mine.zip", names, pictures, pictures))


def test_a_network_with_classes_of_ones_own_answers_with_their_names(queue: JobQueue) -> None:
    result = result_of(ended(queue, Plan(own(3), QUICK)))
    assert result.network.classes == ("kind 0", "kind 1", "kind 2")
    assert result.network.traced.layers[-1].shape == (3,)
    assert result.confusion.shape == (3, 3)


def test_the_slower_moments_of_a_run_are_told_in_words(queue: JobQueue) -> None:
    job = started(queue, Plan(FEW, Options(epochs=2, batch_size=16, augment=True)))
    said = set()
    while not job.finished:
        said.add(job.progress)
        time.sleep(0.002)
    shares = [progress.share for progress in said if "Epoch" in progress.words]
    assert shares
    assert 0 < min(shares) <= max(shares) <= 1
    assert any(progress.seconds_left is not None and progress.seconds_left >= 0 for progress in said)
    assert any(progress.words.startswith("Epoch 2 of 2 · step") for progress in said)


def test_what_is_no_sentence_is_told_as_our_mistake_and_reported(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", reported.append)
    pixels = np.zeros((4, 20, 20, 3), np.uint8)
    wrong = Dataset("broken", ("a", "b"), Pictures(pixels, np.array([0, 1, 7, 0])), Pictures(pixels, np.zeros(4, int)))
    job = ended(queue, Plan(Source(OWN, 4, 4, wrong), QUICK))
    job.wait()
    assert job.error == FAILED
    assert job.result is None
    assert len(reported) == 1
    # The next one has its turn all the same.
    assert result_of(ended(queue, Plan(FEW, QUICK))).history


def test_a_training_that_would_not_fit_is_refused_with_both_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIZCORE_TRAINING_MEMORY", "150")
    with pytest.raises(VizcoreError, match=r"about \d+ MB .* up to 150 MB"):
        controls.check(chosen_source(SHAPES, 10_000, None), Options(batch_size=128))
    app = opened("pages/3_Train.py", batch="128")
    next(button for button in app.button if button.label == "Start").click().run()
    assert not app.exception
    assert "150 MB" in app.error[0].value
    assert not cached_jobs.training_queue()._jobs
    monkeypatch.delenv("VIZCORE_TRAINING_MEMORY")
    controls.check(chosen_source(CIFAR10, 50_000, None), Options(batch_size=128))


# --- data


class _Archive(BaseHTTPRequestHandler):
    """Sends what the server holds, slowly if it says so."""

    def do_GET(self) -> None:
        content: bytes = self.server.content
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.wfile.flush()
        self.server.let_go.wait(PATIENCE)
        self.wfile.write(content[len(content) // 2 :])

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def toronto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    """A server in place of the published one; what it sends is not CIFAR-10."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Archive)
    server.content, server.let_go = bytes(200_000), threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/cifar.tar.gz"
    monkeypatch.setattr(cifar10, "ARCHIVE", Download(address, "archive", 200_000, None))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("VIZCORE_CIFAR10", raising=False)
    yield server
    server.let_go.set()
    server.shutdown()


def test_a_download_says_how_far_it_is_and_what_is_not_cifar10_is_refused(
    queue: JobQueue, toronto: ThreadingHTTPServer, tmp_path: Path
) -> None:
    source = chosen_source(CIFAR10, 500, None)
    assert download_bytes(source) == 200_000
    job = started(queue, Plan(source, QUICK))
    until(lambda: "0.1 of 0.2 MB" in job.progress.words)
    assert 0.3 < job.progress.share < 0.7
    toronto.let_go.set()
    until(lambda: job.finished)
    assert job.error is not None
    assert "not CIFAR-10 as it was published" in job.error
    assert not list((tmp_path / "datasets").iterdir())


def test_a_download_can_be_stopped(queue: JobQueue, toronto: ThreadingHTTPServer, tmp_path: Path) -> None:
    job = started(queue, Plan(chosen_source(CIFAR10, 500, None), QUICK))
    until(lambda: "0.1 of 0.2 MB" in job.progress.words)
    queue.stop(job)
    toronto.let_go.set()
    until(lambda: job.finished)
    assert (job.error, job.result) == (None, None)
    assert not list((tmp_path / "datasets").iterdir())


def test_an_operators_copy_that_is_not_there_is_said(
    queue: JobQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIZCORE_CIFAR10", str(tmp_path / "nowhere"))
    job = ended(queue, Plan(chosen_source(CIFAR10, 500, None), QUICK))
    assert job.error is not None
    assert "“nowhere”" in job.error

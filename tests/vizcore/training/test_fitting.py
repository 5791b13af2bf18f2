"""Training improves on chance, can be stopped and gone on with, and its card says what the weights can do."""

import hashlib
import inspect
import io
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vizcore.arrays import ByteArray
from vizcore.datasets import cifar10
from vizcore.datasets.dataset import Dataset, Pictures
from vizcore.datasets.opening import open_dataset
from vizcore.datasets.shapes import shapes_dataset
from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import preprocess_image
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.training.__main__ import _parser, main
from vizcore.training.batches import Batches, augmented, batch_of
from vizcore.training.card import card, save_weights
from vizcore.training.checkpoint import load_checkpoint, save_checkpoint
from vizcore.training.fitting import Watch, epochs, prepare, probabilities
from vizcore.training.measures import calibration_error, confusion_matrix, cross_entropy
from vizcore.training.options import SHAPES_OPTIONS, Epoch, Options, Step

TINY = Options(epochs=3, batch_size=8)


def noise(number: int, height: int, width: int, *, seed: int = 0) -> ByteArray:
    return np.random.default_rng(seed).integers(0, 256, (number, height, width, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def tiny() -> Dataset:
    return shapes_dataset(training=40, test=20, seed=1)


# --- batches


@pytest.mark.parametrize("size", [(17, 24), (8, 31), (32, 32), (7, 5), (1, 1)])
def test_an_augmented_picture_is_the_picture_mirrored_or_not_and_shifted(size: tuple[int, int]) -> None:
    height, width = size
    down, across = height // 8, width // 8
    pixels = noise(40, height, width)
    seen = set()
    for before, after in zip(pixels, augmented(pixels, random=np.random.default_rng(0)), strict=True):
        # Written out by the rule: row −1 is row 1, row h is row h − 2.
        found = [
            (flip, dy, dx)
            for flip in (False, True)
            for dy in range(-down, down + 1)
            for dx in range(-across, across + 1)
            if np.array_equal(after[:, ::-1] if flip else after, moved(before, dy, dx))
        ]
        assert found
        seen.add(found[0])
    assert {flip for flip, _, _ in seen} == ({False, True} if width > 1 else {False})
    assert {dy for _, dy, _ in seen} >= {-down, down}
    assert {dx for _, _, dx in seen} >= {-across, across}


def moved(pixels: ByteArray, dy: int, dx: int) -> ByteArray:
    height, width = pixels.shape[:2]

    def reflected(index: int, size: int) -> int:
        return -index if index < 0 else 2 * (size - 1) - index if index >= size else index

    rows = [reflected(row + dy, height) for row in range(height)]
    columns = [reflected(column + dx, width) for column in range(width)]
    return pixels[rows][:, columns]


def test_augmenting_changes_nothing_in_what_it_is_given_and_follows_from_the_state() -> None:
    pixels = noise(9, 16, 24)
    before = pixels.copy()
    first, again, other = (augmented(pixels, random=np.random.default_rng(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(pixels, before)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert augmented(pixels[:0], random=np.random.default_rng(0)).shape == (0, 16, 24, 3)


def batches(dataset: Dataset, options: Options, epoch: int) -> list[tuple[Any, Any]]:
    stream = Batches(dataset.training, options, epoch=epoch, target_size=(64, 64)).stream()
    return [(pictures.numpy(), labels.numpy()) for pictures, labels in stream]


def test_an_epoch_has_every_picture_once_in_an_order_of_its_own(tiny: Dataset) -> None:
    options = Options(batch_size=7, augment=False)
    orders = []
    for epoch in (1, 2):
        made = batches(tiny, options, epoch)
        assert [len(labels) for _, labels in made] == [7, 7, 7, 7, 7, 5]
        pictures, labels = (np.concatenate(parts) for parts in zip(*made, strict=True))
        assert pictures.dtype == np.float32
        assert pictures.shape == (40, 64, 64, 3)
        prepared = [preprocess_image(picture)[0].tobytes() for picture in tiny.training.pixels]
        order = [prepared.index(picture.tobytes()) for picture in pictures]
        assert sorted(order) == list(range(40))
        np.testing.assert_array_equal(labels, tiny.training.labels[order])
        orders.append(order)
    assert orders[0] != orders[1]


def test_seed_and_epoch_decide_the_batches(tiny: Dataset) -> None:
    options = Options(batch_size=20)

    def first(options: Options, epoch: int) -> np.ndarray:
        return np.concatenate([pictures for pictures, _ in batches(tiny, options, epoch)])

    np.testing.assert_array_equal(first(options, 1), first(options, 1))
    assert not np.array_equal(first(options, 1), first(options, 2))
    assert not np.array_equal(first(options, 1), first(replace(options, seed=1), 1))


def test_a_batch_is_what_the_pages_show_the_network() -> None:
    pixels = noise(3, 32, 21)
    batch = batch_of(pixels, (64, 48))
    assert batch.shape == (3, 64, 48, 3)
    for picture, prepared in zip(pixels, batch, strict=True):
        np.testing.assert_array_equal(prepared, preprocess_image(picture, (64, 48))[0])


# --- figures with known answers


def test_cross_entropy_is_the_mean_of_minus_log_of_the_true_probability() -> None:
    given = np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]], np.float32)
    assert cross_entropy(given, np.array([0, 2])) == pytest.approx(2 * np.log(2))
    assert cross_entropy(given, np.array([1, 1])) == pytest.approx((np.log(4) - np.log(0.75)) / 2)
    # A probability that was rounded to 0 is bad, and not infinite.
    assert 80 < cross_entropy(np.array([[1, 0]], np.float32), np.array([1])) < 100


def test_confusion_has_the_true_class_in_rows() -> None:
    matrix = confusion_matrix(np.array([0, 0, 0, 2, 2]), np.array([0, 1, 1, 2, 0]), 3)
    assert matrix.tolist() == [[1, 2, 0], [0, 0, 0], [1, 0, 1]]
    assert matrix.dtype == np.int64


def test_calibration_error_of_known_probabilities() -> None:
    # Four pictures at 0.75, three right: as said. Two at 0.95, one right: 0.45 too sure.
    given = np.array([[0.75, 0.25]] * 4 + [[0.05, 0.95]] * 2)
    labels = np.array([0, 0, 0, 1, 1, 0])
    assert calibration_error(given[:4], labels[:4]) == pytest.approx(0)
    assert calibration_error(given[4:], labels[4:]) == pytest.approx(0.45)
    assert calibration_error(given, labels) == pytest.approx(0.45 * 2 / 6)
    # In a single bin, what is too sure and what is too modest cancel.
    assert calibration_error(np.array([[0.6, 0.4], [0.9, 0.1]]), np.array([0, 1]), bins=1) == pytest.approx(0.25)


def test_certainty_has_a_bin() -> None:
    assert calibration_error(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0, 1])) == 0
    assert calibration_error(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([1, 0])) == 1


def test_probabilities_are_the_softmax_of_the_logits_in_any_batches(tiny: Dataset) -> None:
    model = prepare(tiny, TINY)
    given = probabilities(model, tiny.test, batch_size=7)
    logits = model(batch_of(tiny.test.pixels, (64, 64)), training=False).numpy().astype(np.float64)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    np.testing.assert_allclose(given, powers / powers.sum(axis=1, keepdims=True), atol=1e-6)


# --- training


def test_the_options_for_shapes_are_few_steps() -> None:
    # How well they do is measured where time does not matter: this many steps take a minute or more.
    pictures = inspect.signature(shapes_dataset).parameters["training"].default
    assert SHAPES_OPTIONS.epochs * -(-pictures // SHAPES_OPTIONS.batch_size) <= 300


@pytest.mark.parametrize(
    "changed",
    [
        {"epochs": 0},
        {"batch_size": 0},
        {"learning_rate": 0.0},
        {"learning_rate": 1.0},
        {"learning_rate": float("nan")},
        {"weight_decay": -0.1},
        {"weight_decay": float("nan")},
        {"weight_decay": float("inf")},
        {"seed": -1},
    ],
    ids=str,
)
def test_options_without_sense_are_refused(changed: dict[str, Any], tiny: Dataset) -> None:
    with pytest.raises(VizcoreError, match="Training takes at least one epoch"):
        prepare(tiny, replace(TINY, **changed))


def test_data_without_pictures_or_with_one_class_is_refused(tiny: Dataset) -> None:
    nothing = tiny.test.at(np.arange(0))
    for dataset in (replace(tiny, training=nothing), replace(tiny, test=nothing)):
        with pytest.raises(VizcoreError, match="at least one picture"):
            prepare(dataset, TINY)
    with pytest.raises(VizcoreError, match="two of them at least"):
        prepare(replace(tiny, classes=("circle",)), TINY)


def test_the_rate_rises_for_a_short_time_and_falls_to_zero(tiny: Dataset) -> None:
    model = prepare(tiny, Options(epochs=20, batch_size=8, learning_rate=0.01))
    # 100 steps, of which 4 for the rise.
    rates = []
    for step in (0, 4, 52, 100):
        model.optimizer.iterations.assign(step)
        rates.append(float(model.optimizer.learning_rate))
    assert rates == pytest.approx([0.0025, 0.01, 0.005, 0], abs=1e-6)


def test_a_short_training_on_shapes_is_better_than_chance() -> None:
    dataset = shapes_dataset(training=1200, test=200)
    options = replace(SHAPES_OPTIONS, epochs=1, batch_size=16)
    (epoch,) = epochs(prepare(dataset, options), dataset, options)
    # Chance is 10 %, with a standard deviation of 2 %.
    assert epoch.validation_accuracy > 0.2
    assert epoch.validation_loss < np.log(10)
    assert epoch.number == 1
    assert epoch.seconds > 0


def stopped_after(number: int) -> tuple[Watch, list[Step]]:
    """Stops the run after so many steps, as a button does."""
    steps: list[Step] = []
    return Watch(after_step=steps.append, stopped=lambda: len(steps) == number), steps


def test_a_stopped_run_ends_after_the_step_and_an_unfinished_epoch_gives_nothing(tiny: Dataset) -> None:
    model = prepare(tiny, TINY)
    watch, steps = stopped_after(2)
    assert list(epochs(model, tiny, TINY, watch=watch)) == []
    assert len(steps) == 2
    # Five steps are an epoch; this one stops in the second.
    watch, steps = stopped_after(7)
    assert [epoch.number for epoch in epochs(model, tiny, TINY, watch=watch)] == [1]
    assert len(steps) == 7


def test_an_epoch_says_what_the_network_can_do_now(tiny: Dataset) -> None:
    model = prepare(tiny, TINY)
    for number, epoch in enumerate(epochs(model, tiny, TINY), start=1):
        assert epoch.number == number
        given = probabilities(model, tiny.test)
        assert epoch.validation_loss == pytest.approx(cross_entropy(given, tiny.test.labels))
        assert epoch.validation_accuracy == np.mean(given.argmax(axis=1) == tiny.test.labels)
        assert 0 <= epoch.accuracy <= 1
    assert number == 3


def test_the_loss_of_a_step_is_that_of_its_own_batch(tiny: Dataset) -> None:
    # So low a rate that no weight moves. Every logit is its bias, so a class's loss is the same in every picture.
    options = Options(epochs=2, batch_size=12, learning_rate=1e-30, weight_decay=0, augment=False)
    model = prepare(tiny, options)
    bias = np.linspace(-3, 3, 10, dtype=np.float32)
    model.get_layer("logits").set_weights([np.zeros((64, 10), np.float32), bias])
    loss_of_class = np.log(np.exp(bias.astype(np.float64)).sum()) - bias
    steps: list[Step] = []
    list(epochs(model, tiny, options, watch=Watch(after_step=steps.append)))
    labels = [made for epoch in (1, 2) for _, made in batches(tiny, options, epoch)]
    # Four pictures are left for the last batch of an epoch.
    assert [len(made) for made in labels] == [12, 12, 12, 4] * 2
    assert [(step.epoch, step.index, step.of) for step in steps] == [
        (epoch, n, 4) for epoch in (1, 2) for n in range(1, 5)
    ]
    assert [step.loss for step in steps] == pytest.approx([loss_of_class[made].mean() for made in labels], abs=1e-4)
    assert [step.accuracy for step in steps] == pytest.approx([np.mean(made == 9) for made in labels], abs=1e-5)


# --- checkpoints


@pytest.fixture(scope="module")
def halfway(tiny: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[Epoch], list[Any]]]:
    """A checkpoint after the first of three epochs, and the history and weights of the run that went on from there."""
    path = tmp_path_factory.mktemp("run") / "run.checkpoint.npz"
    model = prepare(tiny, TINY)
    history: list[Epoch] = []
    for epoch in epochs(model, tiny, TINY):
        history.append(epoch)
        if epoch.number == 1:
            save_checkpoint(path, model, tiny, TINY, history)
    return path, history, model.get_weights()


def test_going_on_from_a_checkpoint_is_the_same_as_never_having_stopped(tiny: Dataset, halfway: Any) -> None:
    path, history, weights = halfway
    model = prepare(tiny, TINY)
    done = load_checkpoint(path, model, tiny, TINY)
    assert done == history[:1]
    for epoch, before in zip(epochs(model, tiny, TINY, first=2), history[1:], strict=True):
        assert replace(epoch, seconds=0) == replace(before, seconds=0)
    for after, before in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(after, before)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def refused(path: Path, dataset: Dataset, options: Options, words: str) -> None:
    model = prepare(dataset, options)
    before = model.get_weights()
    with pytest.raises(VizcoreError, match=words):
        load_checkpoint(path, model, dataset, options)
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_checkpoint_of_another_run_is_refused(tiny: Dataset, halfway: Any) -> None:
    path = halfway[0]
    refused(path, tiny, replace(TINY, learning_rate=2e-3), "made with other options .*0.001.*--fresh")
    refused(path, tiny.limited(33), TINY, "made with other data .*40.*--fresh")
    refused(path, replace(tiny, classes=(*tiny.classes, "hexagon")), TINY, "made with other data")


def test_a_damaged_checkpoint_is_refused(tiny: Dataset, halfway: Any, tmp_path: Path) -> None:
    whole = halfway[0].read_bytes()
    single = io.BytesIO()
    np.save(single, np.zeros(3))
    other = io.BytesIO()
    np.savez(other, about=np.array("[]"))
    path = tmp_path / "torn.npz"
    model = prepare(tiny, TINY)
    for damaged in (b"", whole[: len(whole) // 2], whole[:-10], b"a text", single.getvalue(), other.getvalue()):
        path.write_bytes(damaged)
        with pytest.raises(VizcoreError, match=r"torn\.npz cannot be read. Start anew with --fresh"):
            load_checkpoint(path, model, tiny, TINY)


# --- the card


def test_a_class_that_was_not_tested_has_no_accuracy(tiny: Dataset) -> None:
    some = tiny.test.at(np.nonzero(tiny.test.labels != 3)[0])
    about = card(prepare(tiny, TINY), replace(tiny, test=some), TINY, [], command="")
    assert about["accuracy_per_class"]["triangle"] is None
    assert sum(value is not None for value in about["accuracy_per_class"].values()) == 9
    assert about["epochs"] == 0


def test_weights_are_written_without_the_optimiser_and_come_back(tiny: Dataset, tmp_path: Path) -> None:
    model = prepare(tiny, Options(seed=5))
    about = card(model, tiny, Options(seed=5), [], command="again")
    path = save_weights(tmp_path / "v1.2", model, about)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["v1.2.json", "v1.2.weights.h5"]
    assert path == tmp_path / "v1.2.weights.h5"
    assert path.stat().st_size < 4.5 * model.count_params()
    fresh = build_simple_cnn((64, 64, 3))
    fresh.load_weights(path)
    for after, before in zip(fresh.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(after, before)


# --- the command


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two kinds of shape as files, 24 and 18."""
    path = tmp_path_factory.mktemp("data") / "two shapes"
    pictures = shapes_dataset(training=240, test=1, seed=2).training
    for label, (name, number) in enumerate((("circle", 24), ("ring", 18))):
        (path / name).mkdir(parents=True)
        for index, pixels in enumerate(pictures.pixels[pictures.labels == label][:number]):
            Image.fromarray(pixels).save(path / name / f"{index:02}.png")
    return path


def arguments(folder: Path, out: Path, *more: str, number: int = 2) -> list[str]:
    return ["--data", str(folder), "--out", str(out), "--epochs", str(number), "--batch-size", "5", *more]


def test_the_command_writes_weights_and_a_card_that_is_true(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "folder" / "shapes"
    given = arguments(folder, out, "--learning-rate", "0.002", "--limit", "30", "--seed", "4")
    assert main(given) == 0
    assert sorted(file.name for file in out.parent.iterdir()) == ["shapes.json", "shapes.weights.h5"]
    said = capsys.readouterr().out
    assert "30 pictures to learn from, 7 to test with." in said
    assert "epoch 2 of 2: loss" in said

    about = json.loads(out.with_name("shapes.json").read_text(encoding="utf-8"))
    weights = out.with_name(about["weights"])
    assert about["sha256"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    model = build_simple_cnn(tuple(about["input_shape"]), num_classes=2)
    model.load_weights(weights)
    test = open_dataset(str(folder), seed=4).test
    predicted = model(batch_of(test.pixels, (64, 64))).numpy().argmax(axis=1)
    right = predicted == test.labels
    assert about["test_accuracy"] == round(float(right.mean()), 4)
    assert about["accuracy_per_class"] == {
        name: round(float(right[test.labels == label].mean()), 4) for label, name in enumerate(("circle", "ring"))
    }
    assert about["confusion"] == [
        [int(np.sum((test.labels == true) & (predicted == said))) for said in (0, 1)] for true in (0, 1)
    ]
    assert (about["training_pictures"], about["test_pictures"]) == (30, 7)
    assert (about["data"], about["network"], about["classes"]) == ("two shapes", "simple_cnn", ["circle", "ring"])
    assert about["epochs"] == len(about["history"]) == 2
    assert about["history"][1]["validation_accuracy"] == pytest.approx(about["test_accuracy"], abs=1e-4)
    assert about["options"] == {
        "epochs": 2,
        "batch_size": 5,
        "learning_rate": 0.002,
        "weight_decay": 0.05,
        "augment": True,
        "seed": 4,
    }
    assert set(about["versions"]) == {"python", "keras", "numpy", "pillow", "tensorflow"}
    assert about["command"].startswith("python -m vizcore.training --data '")
    assert about["command"].endswith("--limit 30 --seed 4")
    assert 0 <= about["calibration_error"] <= 1


# Ctrl-C reaches a program in the foreground; what starts the tests may have told its children to ignore it.
COMMAND = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from vizcore.training.__main__ import main
sys.exit(main())
"""


def test_an_interrupted_run_saves_what_there_is_and_the_same_command_goes_on(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = arguments(folder, tmp_path / "run", number=8)
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, *given],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=Path(__file__).parents[3],
    ) as process:
        assert process.stdout is not None
        before = []
        for line in process.stdout:
            before.append(line)
            if line.startswith("epoch 1 of 8"):
                process.send_signal(signal.SIGINT)
                break
        rest, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert "Interrupted: saving the weights as they are." in rest
    assert sorted(file.name for file in tmp_path.iterdir()) == ["run.checkpoint.npz", "run.json", "run.weights.h5"]
    interrupted = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert 1 <= interrupted["epochs"] < 8
    assert interrupted["sha256"] == hashlib.sha256((tmp_path / "run.weights.h5").read_bytes()).hexdigest()

    assert main(given) == 0
    assert "Going on after epoch" in capsys.readouterr().out
    assert sorted(file.name for file in tmp_path.iterdir()) == ["run.json", "run.weights.h5"]
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["epochs"] == 8


def test_without_a_connection_the_command_says_so_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}/cifar-10-python.tar.gz"
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(cifar10, "ARCHIVE", replace(cifar10.ARCHIVE, url=nobody))
    assert main(["--data", "cifar10", "--out", str(tmp_path / "run")]) == 1
    said = capsys.readouterr().err
    assert "127.0.0.1 cannot be reached" in said
    assert "Traceback" not in said
    assert not list(tmp_path.glob("run*"))


def test_a_checkpoint_of_other_options_stops_the_command_and_fresh_starts_anew(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset, options = open_dataset(str(folder)), Options(epochs=1, batch_size=5, seed=9)
    save_checkpoint(tmp_path / "run.checkpoint.npz", prepare(dataset, options), dataset, options, [])
    assert main(arguments(folder, tmp_path / "run", number=1)) == 1
    said = capsys.readouterr()
    assert "made with other options" in said.err
    assert not (tmp_path / "run.json").exists()
    assert main(arguments(folder, tmp_path / "run", "--fresh", number=1)) == 0
    assert not (tmp_path / "run.checkpoint.npz").exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--data", "nowhere"], "There is no data at “nowhere”"),
        (["--epochs", "0"], "at least one epoch"),
        (["--limit", "0"], "limit of 0"),
        (["--seed", "-1"], "seed"),
        (["--out", "."], "Please give another --out"),
    ],
    ids=str,
)
def test_what_a_person_can_put_right_is_a_sentence(
    more: list[str], words: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments(folder, tmp_path / "run", *more)) == 1
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_said_before_the_training(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert main(arguments(folder, tmp_path / "file" / "run")) == 1
    said = capsys.readouterr()
    assert "Nothing can be written to" in said.err
    assert "epoch 1" not in said.out


def test_help_explains_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    actions = _parser()._actions
    assert len(actions) == 11
    for action in actions:
        assert action.option_strings[-1] in said
        assert action.help
        assert len(action.help) >= 15
    assert "None" not in said


def test_pictures_of_another_size_are_learnt_from_too() -> None:
    pictures = Pictures(noise(6, 5, 90), np.array([0, 1, 0, 1, 0, 1]))
    dataset = Dataset("noise", ("a", "b"), pictures, pictures)
    options = Options(epochs=1, batch_size=4)
    assert len(list(epochs(prepare(dataset, options), dataset, options))) == 1

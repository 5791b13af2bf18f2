"""The command: what it writes, what it says, and how it ends."""

import hashlib
import json
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vizcore.datasets import cifar10
from vizcore.datasets.opening import open_dataset
from vizcore.datasets.shapes import shapes_dataset
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.training.__main__ import _parser, main
from vizcore.training.batches import batch_of
from vizcore.training.checkpoint import save_checkpoint
from vizcore.training.fitting import prepare
from vizcore.training.options import Options


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


@pytest.mark.parametrize("flags", [(), ("--normalise", "--brighten")], ids=str)
def test_the_command_writes_weights_and_a_card_that_is_true(
    flags: tuple[str, ...], folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "folder" / "shapes"
    given = arguments(folder, out, "--learning-rate", "0.002", "--limit", "30", "--seed", "4", *flags)
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
    assert about["accuracy_over_brightness"]["offset"][5] == {"amount": 0, "accuracy": about["test_accuracy"]}
    assert list(about["never_active"]) == ["conv1", "conv2", "conv3", "dense1"]
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
        "normalise": bool(flags),
        "brighten": bool(flags),
        "hold_first_layer": False,
    }
    assert set(about["versions"]) == {"python", "keras", "numpy", "pillow", "tensorflow"}
    assert about["command"].startswith("python -m vizcore.training --data '")
    assert about["command"].endswith(" ".join(("--limit 30 --seed 4", *flags)))
    assert 0 <= about["calibration_error"] <= 1


def test_a_training_goes_on_from_weights_and_holds_the_first_layers_kernels_without_bias(
    folder: Path, tmp_path: Path
) -> None:
    assert main(arguments(folder, tmp_path / "first", number=1)) == 0
    more = ("--start-from", str(tmp_path / "first.weights.h5"), "--hold-first-layer")
    assert main(arguments(folder, tmp_path / "second", *more, number=1)) == 0
    first, second = (build_simple_cnn((64, 64, 3), num_classes=2) for _ in range(2))
    first.load_weights(tmp_path / "first.weights.h5")
    second.load_weights(tmp_path / "second.weights.h5")
    (kernel, bias), (held, none) = (model.get_layer("conv1").get_weights() for model in (first, second))
    np.testing.assert_array_equal(held, kernel)
    assert bias.any()
    assert not none.any()
    for name in ("conv2", "conv3", "dense1", "logits"):
        before, after = (model.get_layer(name).get_weights()[0] for model in (first, second))
        # Near to where it began, and not there.
        assert 0 < np.abs(after - before).mean() < 0.2 * np.abs(before).mean()


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
        (["--start-from", "nothing.weights.h5"], "“nothing.weights.h5” holds no weights"),
        (["--start-from", "nothing.weights.h5", "--normalise"], "starts anew"),
        (["--normalise", "--hold-first-layer"], "changes the first layer"),
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
    assert len(actions) == 15
    for action in actions:
        assert action.option_strings[-1] in said
        assert action.help
        assert len(action.help) >= 15
    assert "None" not in said

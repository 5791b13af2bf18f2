"""The command `python -m vizcore.training --help`: train the tutorial's network without a page."""

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from vizcore.arrays import FloatArray
from vizcore.datasets.opening import open_dataset
from vizcore.errors import VizcoreError
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.training.card import card, save_weights
from vizcore.training.checkpoint import load_checkpoint, save_checkpoint
from vizcore.training.fitting import epochs, prepare
from vizcore.training.normalised import folded
from vizcore.training.options import Epoch, Options, check_options
from vizcore.training.robustness import robustness

_INTERRUPTED = 130
"""The usual exit code of a program that Ctrl-C ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Train from the command line. Returns the exit code: 0 when done, 1 with a message, 130 after Ctrl-C.

    Args:
        arguments: the arguments after `python -m vizcore.training`; None for those of the process.
    """
    parsed = _parser().parse_args(arguments)
    options = Options(
        epochs=parsed.epochs,
        batch_size=parsed.batch_size,
        learning_rate=parsed.learning_rate,
        weight_decay=parsed.weight_decay,
        augment=not parsed.no_augmentation,
        seed=parsed.seed,
        normalise=parsed.normalise,
        brighten=parsed.brighten,
        hold_first_layer=parsed.hold_first_layer,
    )
    command = shlex.join(["python", "-m", "vizcore.training", *(sys.argv[1:] if arguments is None else arguments)])
    try:
        return _run(parsed, options, command)
    except VizcoreError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        # This happens before the first step or while saving. Files that were saved earlier are unchanged.
        print("\nInterrupted.", file=sys.stderr)
        return _INTERRUPTED


def _beside(out: Path, ending: str) -> Path:
    """The path of a file to write. Its folder is created before the training, so that no training is lost."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        return out.with_name(out.name + ending)
    except (OSError, ValueError) as error:
        raise VizcoreError(f"Nothing can be written to “{out}”: {error}. Please give another --out.") from error


def _run(parsed: argparse.Namespace, options: Options, command: str) -> int:
    check_options(options)
    if parsed.start_from is not None and options.normalise:
        raise VizcoreError("A training with normalisation starts anew; give --start-from or --normalise, not both.")
    print(f"Reading {parsed.data} …", flush=True)
    dataset = open_dataset(parsed.data, seed=parsed.seed, progress=_DownloadProgress().show)
    if parsed.limit is not None:
        dataset = dataset.limited(parsed.limit, seed=parsed.seed)
    print(f"{len(dataset.training)} pictures to learn from, {len(dataset.test)} to test with.", flush=True)
    start = None if parsed.start_from is None else _weights_of(parsed.start_from, len(dataset.classes))
    model = prepare(dataset, options, weights=start)
    checkpoint = _beside(parsed.out, ".checkpoint.npz")
    history: list[Epoch] = []
    if checkpoint.exists() and not parsed.fresh:
        history = load_checkpoint(checkpoint, model, dataset, options)
        print(f"Going on after epoch {len(history)}.", flush=True)
    interrupted = False
    try:
        verbose = 1 if sys.stdout.isatty() else 0
        for epoch in epochs(model, dataset, options, first=len(history) + 1, verbose=verbose):
            history.append(epoch)
            save_checkpoint(checkpoint, model, dataset, options, history)
            print(_line(epoch, options), flush=True)
    except KeyboardInterrupt:
        interrupted = True
        print(
            "\nInterrupted: saving the weights as they are. The same command without --fresh goes on after the last "
            "whole epoch."
        )
    if options.normalise:
        model = folded(model)
    about = card(model, dataset, options, history, command=command) | robustness(model, dataset.test)
    weights = save_weights(parsed.out, model, about)
    print(f"{weights} · test accuracy {about['test_accuracy']:.2%} after {_epochs(len(history))}")
    if interrupted:
        return _INTERRUPTED
    checkpoint.unlink(missing_ok=True)
    return 0


def _weights_of(path: Path, num_classes: int) -> list[FloatArray]:
    """The weights of a file that this command wrote."""
    model = build_simple_cnn((64, 64, 3), num_classes=num_classes)
    try:
        model.load_weights(path)
    except (OSError, ValueError, KeyError) as error:
        raise VizcoreError(
            f"“{path}” holds no weights of the tutorial's network with {num_classes} classes. Give a .weights.h5 that "
            "this command wrote."
        ) from error
    weights: list[FloatArray] = model.get_weights()
    return weights


class _DownloadProgress:
    """Prints the progress of a download: a line for every tenth of it."""

    def __init__(self) -> None:
        self._tenths = 0

    def show(self, received: int, expected: int) -> None:
        tenths = 10 * received // max(1, expected)
        if tenths > self._tenths:
            self._tenths = tenths
            print(f"{received / 1e6:.0f} of {expected / 1e6:.0f} MB downloaded", flush=True)


def _line(epoch: Epoch, options: Options) -> str:
    return (
        f"epoch {epoch.number} of {options.epochs}: loss {epoch.loss:.4f}, accuracy {epoch.accuracy:.1%}, test loss "
        f"{epoch.validation_loss:.4f}, test accuracy {epoch.validation_accuracy:.1%}, {epoch.seconds:.0f} s"
    )


def _epochs(number: int) -> str:
    return "1 epoch" if number == 1 else f"{number} epochs"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vizcore.training",
        description="Train the tutorial's network and write its weights with a card that says how good they are.",
    )
    defaults = Options()
    parser.add_argument(
        "--data",
        default="cifar10",
        help="cifar10 (downloaded the first time to where Keras keeps it), a folder with one sub-folder of pictures "
        "per class (below train/ and test/ if there are such), or an .npz with x_train, y_train, x_test, y_test "
        "(%(default)s)",
    )
    parser.add_argument("--out", type=Path, required=True, help="where to write: OUT.weights.h5 and the card OUT.json")
    parser.add_argument(
        "--epochs", type=int, default=defaults.epochs, help="how often every picture is seen (%(default)s)"
    )
    parser.add_argument("--batch-size", type=int, default=defaults.batch_size, help="pictures per step (%(default)s)")
    parser.add_argument(
        "--learning-rate",
        type=float,
        default=defaults.learning_rate,
        help="at its highest; it falls along a cosine (%(default)s)",
    )
    parser.add_argument(
        "--weight-decay", type=float, default=defaults.weight_decay, help="AdamW's, on kernels (%(default)s)"
    )
    parser.add_argument("--no-augmentation", action="store_true", help="pictures as they are: no flips, no shifts")
    parser.add_argument(
        "--seed", type=int, default=defaults.seed, help="of weights, order and augmentation, from 0 (%(default)s)"
    )
    parser.add_argument(
        "--normalise",
        action="store_true",
        help="train with batch normalisation, folded into the weights afterwards: quicker, and no channel falls silent",
    )
    parser.add_argument("--brighten", action="store_true", help="show every picture in a light of its own, too")
    parser.add_argument("--start-from", type=Path, help="a .weights.h5 of this command to go on from; not --normalise")
    parser.add_argument(
        "--hold-first-layer",
        action="store_true",
        help="keep the first layer's kernels without bias, so that a gain multiplies its maps",
    )
    parser.add_argument("--limit", type=int, help="learn from so many pictures only, chosen at random; else from all")
    parser.add_argument(
        "--fresh", action="store_true", help="start anew instead of going on where an interrupted run stopped"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

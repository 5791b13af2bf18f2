"""A training goes on from a checkpoint as if it had never stopped, and from no other."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vizcore.datasets.dataset import Dataset
from vizcore.errors import VizcoreError
from vizcore.training.checkpoint import load_checkpoint, save_checkpoint
from vizcore.training.fitting import epochs, prepare
from vizcore.training.options import Epoch, Options

TINY = Options(epochs=3, batch_size=8)


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

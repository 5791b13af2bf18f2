"""The state of a training in one file, to resume it after an interruption."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from vizcore.datasets.dataset import ARCHIVE_DAMAGE, Dataset
from vizcore.errors import VizcoreError
from vizcore.training.options import Epoch, Options


def save_checkpoint(
    path: Path, model: keras.Model, dataset: Dataset, options: Options, history: Sequence[Epoch]
) -> None:
    """Write the state of a run: weights, optimiser state, finished epochs. The file appears whole or not at all."""
    arrays = {f"variable_{index}": value.numpy() for index, value in enumerate(_state(model))}
    about = json.dumps(
        {"data": _described(dataset), "options": asdict(options), "history": [asdict(epoch) for epoch in history]}
    )
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, allow_pickle=False, about=np.array(about), **arrays)
    part.replace(path)


def load_checkpoint(path: Path, model: keras.Model, dataset: Dataset, options: Options) -> list[Epoch]:
    """Restore the state of a run.

    Returns:
        The finished epochs.

    Raises:
        VizcoreError: the file is damaged, or was made with other options or other data. The model is unchanged.
    """
    variables = _state(model)
    try:
        with np.load(path, allow_pickle=False) as archive:
            about = json.loads(str(archive["about"]))
            arrays = [archive[f"variable_{index}"] for index in range(len(archive.files) - 1)]
            history = [Epoch(**epoch) for epoch in about["history"]]
            before, data = Options(**about["options"]), about["data"]
    except ARCHIVE_DAMAGE as error:
        raise VizcoreError(f"The checkpoint {path.name} cannot be read. Start anew with --fresh.") from error
    if before != options:
        raise VizcoreError(
            f"The checkpoint {path.name} was made with other options ({asdict(before)}). Give the same, or start anew "
            "with --fresh."
        )
    # All checks precede the first assignment, so a refused checkpoint leaves the model unchanged.
    expected_shapes = [tuple(variable.shape) for variable in variables]
    if data != _described(dataset) or [array.shape for array in arrays] != expected_shapes:
        raise VizcoreError(
            f"The checkpoint {path.name} was made with other data ({data}). Give the same, or start anew with --fresh."
        )
    for variable, value in zip(variables, arrays, strict=True):
        variable.assign(value)
    return history


def _described(dataset: Dataset) -> dict[str, Any]:
    """Plain data for JSON that identifies a dataset."""
    return {
        "name": dataset.name,
        "classes": list(dataset.classes),
        "training_pictures": len(dataset.training),
        "test_pictures": len(dataset.test),
    }


def _state(model: keras.Model) -> list[Any]:
    return [*model.variables, *model.optimizer.variables]

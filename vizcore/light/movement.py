"""How far the outputs of layers move when the picture is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.arrays import FloatArray
from vizcore.edits.augmentation import Step
from vizcore.errors import VizcoreError
from vizcore.light.change import cosine


@dataclass(frozen=True)
class Movement:
    """How far a change of the picture moved each layer, in the order of the layers.

    Attributes:
        cosine: −1 … 1, cosine similarity of the layer's outputs before and after, all values as one vector: 1 is the
            same direction. None if all values of one of them are zero.
        change: 0 or more, mean |after − before| over mean |before|: 0 is no change. None if all values before are zero.
    """

    cosine: tuple[float | None, ...]
    change: tuple[float | None, ...]


def movement(
    before: Mapping[str, FloatArray], after: Mapping[str, FloatArray], *, undone: Sequence[Step] = ()
) -> Movement:
    """Compare the outputs of layers, unit by unit.

    Maps that are not square may have another shape after they are turned back. Such a layer has no number.

    Args:
        before: layer name → (h, w, C) or (C,), any unit.
        after: the same layers in the same shapes.
        undone: steps whose flips and turns are undone on the maps of `after` before the comparison; see `turned_back`.

    Raises:
        VizcoreError: the layers or their shapes differ.
    """
    if before.keys() != after.keys():
        raise VizcoreError(f"Only the same layers compare; these are {', '.join(before)} and {', '.join(after)}.")
    pairs = [(values, turned_back(after[name], undone)) for name, values in before.items()]
    for (values, moved), output in zip(pairs, (after[name] for name in before), strict=True):
        if values.shape not in (moved.shape, output.shape):
            raise VizcoreError(f"Only outputs of one shape compare; these are {values.shape} and {output.shape}.")
    return Movement(
        cosine=tuple(_cosine(values, moved) for values, moved in pairs),
        change=tuple(_change(values, moved) for values, moved in pairs),
    )


def turned_back(values: FloatArray, steps: Sequence[Step]) -> FloatArray:
    """Feature maps of a flipped or turned picture, turned back to the original picture.

    Args:
        values: (h, w, C), or a vector (C,), which has no place in the picture and is returned as it is.
        steps: the steps of the picture, first to last. Steps that do not move whole pixels are ignored.

    Returns:
        (h, w, C), or (w, h, C) after an odd number of quarter turns. If the network's answer turns with the picture,
        these are the maps of the original picture.
    """
    if values.ndim != 3:
        return values
    for step in reversed(steps):
        if step.name == "rotate":
            values = np.rot90(values, -int(step.amount))
        elif step.name in ("flip", "flipud") and step.amount:
            values = np.flip(values, axis=1 if step.name == "flip" else 0)
    return values


def _vectors(before: FloatArray, after: FloatArray) -> tuple[FloatArray, FloatArray]:
    # float64: a layer has up to a million values, which are summed.
    return before.ravel().astype(np.float64), after.ravel().astype(np.float64)


def _compares(before: FloatArray, after: FloatArray) -> bool:
    # Maps that are not square have another shape when they are turned back.
    return before.shape == after.shape and bool(np.isfinite(before).all() and np.isfinite(after).all())


def _cosine(before: FloatArray, after: FloatArray) -> float | None:
    return cosine(before, after) if _compares(before, after) else None


def _change(before: FloatArray, after: FloatArray) -> float | None:
    if not _compares(before, after):
        return None
    first, second = _vectors(before, after)
    size = float(np.abs(first).mean())
    return float(np.abs(second - first).mean()) / size if size else None

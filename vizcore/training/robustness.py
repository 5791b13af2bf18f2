"""What a card says beyond accuracy: channels that are never active, and the accuracy over each brightness slider."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from vizcore.arrays import ByteArray, FloatArray, IntArray
from vizcore.datasets.dataset import Pictures
from vizcore.edits.brightness import KINDS
from vizcore.training.batches import batch_of

_PER_CLASS = 200
_LEVELS = 11
_BATCH = 100


def first_of_each_class(pictures: Pictures, number: int = _PER_CLASS) -> Pictures:
    """The first pictures of each class, at most `number` of each, in their order."""
    places = [np.nonzero(pictures.labels == label)[0][:number] for label in np.unique(pictures.labels)]
    return pictures.at(np.sort(np.concatenate(places)))


def never_active(model: keras.Model, pixels: ByteArray) -> dict[str, tuple[int, int]]:
    """The channels of every layer with a ReLU that are 0 everywhere, in every one of the pictures.

    Args:
        model: a network of `build_simple_cnn`.
        pixels: (N, h, w, 3) uint8, at least one picture.

    Returns:
        Per layer, in the order of the network, the number of such channels and of all channels.
    """
    layers = [layer for layer in model.layers if getattr(layer, "activation", None) is keras.activations.relu]
    outputs = keras.Model(model.inputs[0], [layer.output for layer in layers])
    highest = [np.zeros(layer.output.shape[-1], np.float32) for layer in layers]
    for batch in _batches(model, pixels):
        for top, output in zip(highest, outputs(batch, training=False), strict=True):
            values = keras.ops.convert_to_numpy(output)
            np.maximum(top, values.max(axis=tuple(range(values.ndim - 1))), out=top)
    return {layer.name: (int((top <= 0).sum()), len(top)) for layer, top in zip(layers, highest, strict=True)}


def accuracy_over(model: keras.Model, pictures: Pictures, kind: str) -> dict[float, float]:
    """The share of right predictions at eleven amounts of a slider, with all pictures in the same light.

    Args:
        model: a network of `build_simple_cnn`.
        pictures: at least one.
        kind: a name in `KINDS`.

    Returns:
        Amount → accuracy, 0 … 1; amounts rise from one end of the slider to the other.
    """
    return {
        amount: float((_predicted(model, KINDS[kind].light(amount).table()[pictures.pixels]) == pictures.labels).mean())
        for amount in KINDS[kind].slider.levels(_LEVELS)
    }


def robustness(model: keras.Model, test: Pictures) -> dict[str, Any]:
    """Both for a card, as plain data for JSON, on the first 200 test pictures of each class."""
    chosen = first_of_each_class(test)
    over = {kind: accuracy_over(model, chosen, kind) for kind in KINDS}
    return {
        "measured_pictures": len(chosen),
        "never_active": {
            name: {"channels": number, "never_active": silent}
            for name, (silent, number) in never_active(model, chosen.pixels).items()
        },
        "accuracy_over_brightness": {
            kind: [{"amount": amount, "accuracy": round(share, 4)} for amount, share in curve.items()]
            for kind, curve in over.items()
        },
    }


def _batches(model: keras.Model, pixels: ByteArray) -> Iterator[FloatArray]:
    size = model.inputs[0].shape[1:3]
    for start in range(0, len(pixels), _BATCH):
        yield batch_of(pixels[start : start + _BATCH], size)


def _predicted(model: keras.Model, pixels: ByteArray) -> IntArray:
    rows = [keras.ops.convert_to_numpy(model(batch, training=False)) for batch in _batches(model, pixels)]
    predicted: IntArray = np.concatenate(rows).argmax(axis=1)
    return predicted

"""Witnesses of what a cell sees, which know nothing of kernels and strides: changed pixels and gradients."""

import keras
import numpy as np
import tensorflow as tf

from vizcore.activations.layers import layer_outputs
from vizcore.arrays import BoolArray
from vizcore.units.receptive_field import Field, ReceptiveFields, Status, fields


def make_positive(model: keras.Model, seed: int) -> None:
    """Give a model random weights between 0.5 and 1, so that no two effects cancel."""
    generator = np.random.default_rng(seed)
    for weight in model.weights:
        if "seed" not in weight.path:
            weight.assign(generator.uniform(0.5, 1, weight.shape))


def changed_by_each_pixel(model: keras.Model, size: tuple[int, int], seed: int, amount: float) -> dict[str, BoolArray]:
    """Name of a layer → (H, W, h, w, C): whether a change of the pixel changes the unit. A vector is one cell."""
    generator = np.random.default_rng(seed)
    height, width, num_colours = *size, model.inputs[0].shape[3]
    original = generator.uniform(1, 2, (1, height, width, num_colours)).astype(np.float32)
    batch = np.repeat(original, height * width + 1, axis=0)
    for index in range(height * width):
        # The colours change by different amounts, or a normalisation over them would take the change out.
        batch[index + 1, index // width, index % width] += amount * np.arange(1, 1 + num_colours)
    tensors = {name: layer.tensor for name, layer in layer_outputs(model).items()}
    outputs = keras.Model(model.inputs[0], tensors)(batch, training=False)
    changed = {}
    for name, output in outputs.items():
        values = np.asarray(output, dtype=np.float64)
        values = values.reshape(len(values), 1, 1, -1) if values.ndim == 2 else values
        differs = np.abs(values[1:] - values[0]) > 1e-5 * np.abs(values[0])
        changed[name] = differs.reshape(height, width, *values.shape[1:])
    return changed


def hull(pixels: BoolArray) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The smallest rectangle around some of (H, W) pixels; None for none."""
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    if not rows.size:
        return None
    return (int(rows[0]), int(rows[-1]) + 1), (int(columns[0]), int(columns[-1]) + 1)


def disagreement(field: Field, pixels: BoolArray) -> str:
    """What is wrong with a field, if these (H, W) pixels change the cell; empty for nothing."""
    seen = hull(pixels)
    if field.is_empty or seen is None:
        return "" if field.is_empty and seen is None else f"{field} but {seen}"
    outside = any(
        there[0] < here[0] or there[1] > here[1] for here, there in zip((field.rows, field.columns), seen, strict=True)
    )
    is_smallest = (field.rows, field.columns) == seen
    if field.status is Status.UPPER_BOUND:
        return f"{field} but {seen}" if outside or not field.reason else ""
    is_whole = field.rows == (0, pixels.shape[0]) and field.columns == (0, pixels.shape[1])
    is_said = bool(field.reason) == (field.status is Status.WHOLE_PICTURE) <= is_whole
    return "" if is_smallest and is_said else f"{field} but {seen}"


def disagreements(model: keras.Model, *, size: tuple[int, int], seed: int = 0, amount: float = 100) -> list[str]:
    """Every cell of every layer, of all channels or of one, whose field is not what pixels change."""
    make_positive(model, seed)
    found, said = [], fields(model, input_size=size)
    for name, changed in changed_by_each_pixel(model, size, seed, amount).items():
        for row, column in np.ndindex(changed.shape[2:4]):
            channels = (None, *range(changed.shape[4])) if changed.shape[4] <= 8 else (None, 0, 7)
            for channel in channels:
                pixels = changed[:, :, row, column] if channel is None else changed[:, :, row, column, [channel]]
                wrong = disagreement(said.of(name, row, column, channel), pixels.any(axis=2))
                found += [f"{name} {row}, {column}, {channel}: {wrong}"] if wrong else []
    return found


def supports_of_gradients(
    model: keras.Model, tensor: keras.KerasTensor, cells: list[tuple[int, int]]
) -> list[BoolArray]:
    """For each cell (H, W), where some of three random pictures has a gradient of it, all its channels weighted."""
    generator = np.random.default_rng(0)
    pictures = tf.Variable(generator.uniform(-1, 1, (3, *model.inputs[0].shape[1:])).astype(np.float32))
    weights = generator.normal(size=tensor.shape[-1]).astype(np.float32)
    with tf.GradientTape(persistent=True) as tape:
        output = keras.Model(model.inputs[0], tensor)(pictures, training=False)
        totals = [tf.reduce_sum(output[:, row, column] * weights) for row, column in cells]
    return [np.asarray(tape.gradient(total, pictures) != 0).any(axis=(0, 3)) for total in totals]


def all_of(said: ReceptiveFields, name: str) -> list[Field]:
    """The fields of all cells of a layer, row by row."""
    return [said.of(name, row, column) for row, column in np.ndindex(said.extents[name].sizes)]

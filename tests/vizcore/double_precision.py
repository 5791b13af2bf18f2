"""The tutorial's network once more, in plain NumPy and float64, so that tiny steps can be taken."""

import keras
import numpy as np


def outputs(network: keras.Model, batch: np.ndarray) -> dict[str, np.ndarray]:
    """Every layer of `build_simple_cnn` for one picture (1, h, w, colours)."""
    values, found = batch[0].astype(np.float64), {}
    for layer in network.layers:
        weights = [part.astype(np.float64) for part in layer.get_weights()]
        if isinstance(layer, keras.layers.Conv2D):
            windows = np.lib.stride_tricks.sliding_window_view(values, (3, 3), axis=(0, 1))
            values = np.maximum(np.einsum("hwcij,ijcf->hwf", windows, weights[0]) + weights[1], 0)
        elif isinstance(layer, keras.layers.MaxPooling2D):
            rows, columns = values.shape[0] // 2, values.shape[1] // 2
            blocks = values[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, -1)
            values = blocks.max(axis=(1, 3))
        elif isinstance(layer, keras.layers.Dense):
            values = values @ weights[0] + weights[1]
            values = np.maximum(values, 0) if layer.name == "dense1" else values
        else:
            values = values.ravel()
        found[layer.name] = values
    return found

"""The tutorial's procedure against ours: from a picture to the finished figures of the first four layers.

Both take turns in one process. It runs in the environment that has matplotlib, which the app's own lacks.
"""

import json
import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path

import keras
import matplotlib as mpl
import numpy as np
from PIL import Image

from benchmarks.elsewhere import hand_over
from benchmarks.lines import Line, milliseconds, times
from benchmarks.pictures import photograph
from benchmarks.timing import interleaved
from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.arrays import ByteArray
from vizcore.edits.brightness import Light, adjust
from vizcore.figures.mosaics import mosaic_figure
from vizcore.inputs.fitting import preprocess_image
from vizcore.maps.channels import channel_statistics
from vizcore.maps.mosaic import mosaic
from vizcore.maps.ranges import ScaleChoice
from vizcore.maps.scales import Scale
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.photo import open_picture
from vizcore.pictures.samples import open_sample

mpl.use("Agg")
import matplotlib.pyplot as plt

_FACTOR = 1.5
_LAYERS = ("conv1", "pool1", "conv2", "pool2")
_TARGET = 20
_REPEATS = 7


def tutorial_figures(model: keras.Model, image_array: ByteArray, folder: Path) -> None:
    """The tutorial's procedure, except that a dead channel is not divided by zero, which would print a warning."""
    brightened = np.clip(image_array * _FACTOR, 0, 255).astype(np.uint8)
    resized = np.array(Image.fromarray(brightened).resize((64, 64)))
    input_image = np.expand_dims(resized / 255.0, axis=0)
    layer_outputs = [layer.output for layer in model.layers[:4]]
    activation_model = keras.Model(inputs=model.inputs, outputs=layer_outputs)
    activations = activation_model.predict([input_image], verbose=0)
    images_per_row = 16
    for layer_name, layer_activation in zip(_LAYERS, activations, strict=True):
        num_features = layer_activation.shape[-1]
        size = layer_activation.shape[1]
        num_columns = num_features // images_per_row
        display_grid = np.zeros((size * num_columns, images_per_row * size))
        for column in range(num_columns):
            for row in range(images_per_row):
                channel_image = layer_activation[0, :, :, column * images_per_row + row].copy()
                channel_image -= channel_image.mean()
                deviation = channel_image.std()
                if deviation > 0:
                    channel_image /= deviation
                channel_image *= 64
                channel_image += 128
                channel_image = np.clip(channel_image, 0, 255).astype("uint8")
                display_grid[column * size : (column + 1) * size, row * size : (row + 1) * size] = channel_image
        scale = 1.0 / size
        plt.figure(figsize=(scale * display_grid.shape[1], scale * display_grid.shape[0]))
        plt.title(layer_name)
        plt.grid(False)
        plt.imshow(display_grid, aspect="auto", cmap="viridis")
        plt.savefig(folder / f"{layer_name}.png")
        plt.close()


def our_figures(network: TracedNetwork, pixels: ByteArray, scales: Mapping[str, Scale | str]) -> int:
    """The app's procedure: the number of characters that are sent to the browser."""
    batch = preprocess_image(adjust(pixels, Light.of("gain", _FACTOR)), (64, 64))
    activations = network.read(batch, _LAYERS)
    length = 0
    for name, values in activations.items():
        drawn = mosaic(values, scale=scales[name])
        length += len(json.dumps(mosaic_figure(drawn, title=name, statistics=channel_statistics(values))))
    return length


def measure() -> list[Line]:
    """The star of the tutorial, and a photograph of 1280 pixels on its long side."""
    pictures = {
        "the tutorial's star, 480 × 480": open_sample("star").pixels,
        "a photograph, 1280 × 880": display_copy(open_picture(photograph(), name="photograph.jpg").pixels),
    }
    # TensorFlow rightly warns that a new sub-model is traced again for every picture.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    model = build_simple_cnn((64, 64, 3))
    network = trace(model)
    lines = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for description, pixels in pictures.items():
            original = network.read(preprocess_image(pixels), _LAYERS)
            locked = {layer: ScaleChoice().scale(values, values) for layer, values in original.items()}
            theirs, ours, ours_locked = interleaved(
                lambda pixels=pixels: tutorial_figures(model, pixels, folder),
                lambda pixels=pixels: our_figures(network, pixels, dict.fromkeys(_LAYERS, "tutorial")),
                lambda pixels=pixels, locked=locked: our_figures(network, pixels, locked),
                repeats=_REPEATS,
            )
            lines.append(
                Line(
                    f"Picture to four finished figures, {description}: the tutorial's procedure / ours",
                    times(theirs / ours),
                    f"≥ {_TARGET} ×",
                    theirs / ours >= _TARGET,
                    f"{milliseconds(theirs)} / {milliseconds(ours)}; on the default scale {milliseconds(ours_locked)}",
                )
            )
    return lines


if __name__ == "__main__":
    hand_over(measure())

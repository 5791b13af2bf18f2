"""Real photographs, where there are any: `VIZCORE_TEST_DATA` names the folder that holds `photos/`."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from vizcore.activations.reading import read
from vizcore.edits.brightness import Light, adjust
from vizcore.inputs.fitting import preprocess_image
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.photo import open_picture

FOLDER = Path(os.environ.get("VIZCORE_TEST_DATA", "nowhere")) / "photos"
PHOTOGRAPHS = sorted(FOLDER.glob("*.*"))

pytestmark = pytest.mark.skipif(not PHOTOGRAPHS, reason="VIZCORE_TEST_DATA names no folder with photos/ in it")


@pytest.mark.parametrize("path", PHOTOGRAPHS, ids=lambda path: path.name)
def test_a_photograph_comes_through_as_pillow_reads_it(path: Path) -> None:
    picture = open_picture(path.read_bytes(), name=path.name)
    with Image.open(path) as image:
        plain = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    assert picture.pixels.shape == plain.shape
    # A profile may move colours a little; it may not move the picture.
    assert np.abs(picture.pixels.astype(int) - plain).mean() < (8 if picture.notes else 0.5)


@pytest.mark.parametrize("path", PHOTOGRAPHS[:2], ids=lambda path: path.name)
def test_more_light_raises_what_a_network_without_biases_answers(path: Path) -> None:
    # ReLU and max pooling are homogeneous and the biases are zero: half the light is half of every activation, but for
    # the half level that truncation takes.
    pixels = display_copy(open_picture(path.read_bytes(), name=path.name).pixels)
    network = build_simple_cnn((64, 64, 3))
    full, half = (
        read(network, preprocess_image(adjust(pixels, Light.of("gain", gain))), ["conv2"])["conv2"]
        for gain in (1.0, 0.5)
    )
    assert np.abs(full / 2 - half).max() < 0.02 * full.max()

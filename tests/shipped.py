"""The input of the network with the weights that come with the package."""

from vizcore.arrays import ByteArray, FloatArray
from vizcore.inputs.fitting import preprocess_image
from vizcore.inputs.prepared import InputFormat
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks.entries import trained_tutorial

WANTED = InputFormat((64, 64, 3), RANGES["0…1"], interpolation=trained_tutorial().interpolation)


def shipped_batch(pixels: ByteArray, *, fit: str = "stretch") -> FloatArray:
    """(1, 64, 64, 3): a picture as the pages give it to this network."""
    return preprocess_image(pixels, fit=fit, interpolation=WANTED.interpolation)

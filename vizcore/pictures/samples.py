"""The sample pictures: photographs that come with scikit-image, and a star that is drawn here.

The photographs are read as files from the installed package, because importing scikit-image would load SciPy as well.
The samples are only photographs that scikit-image documents (`skimage/data/_fetchers.py`) as CC0 or public domain.
"""

import hashlib
import importlib.util
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageDraw

from vizcore.arrays import ByteArray, frozen
from vizcore.errors import VizcoreError
from vizcore.pictures.photo import Picture, open_picture

STAR_SIDE = 480
_STAR_BACKGROUND = (24, 32, 64)
_STAR_YELLOW = (255, 210, 40)
_STAR_RADIUS = 0.42
"""Distance from the centre to an outer corner, as a fraction of the side."""

_OVERSAMPLING = 4


@dataclass(frozen=True, slots=True)
class Sample:
    """One entry in the strip of sample pictures."""

    key: str
    """Short name, used in links."""

    title: str
    """Description of the picture's content."""

    credit: str
    """Author and licence."""

    file_name: str | None
    """The file in scikit-image's data folder; None if the picture is drawn."""


_ALL = (
    Sample("cat", "Chelsea the cat", "Stéfan van der Walt, CC0", "chelsea.png"),
    Sample("star", "A yellow star", "drawn by this program", None),
    Sample("astronaut", "Eileen Collins, astronaut", "NASA, public domain", "astronaut.png"),
    Sample("coffee", "A cup of coffee", "Rachel Michetti, Pikolo Espresso Bar, CC0", "coffee.png"),
    Sample("rocket", "A Falcon 9 lifts off", "SpaceX, public domain", "rocket.jpg"),
    Sample("hubble", "Hubble eXtreme Deep Field", "NASA and ESA, public domain", "hubble_deep_field.jpg"),
    Sample("retina", "The back of an eye", "Mikael Häggström, CC0", "retina.jpg"),
    Sample("camera", "A photographer, in grey", "Lav Varshney, CC0", "camera.png"),
    Sample("brick", "A brick wall, in grey", "CC0Textures, CC0", "brick.png"),
)

SAMPLES: Mapping[str, Sample] = MappingProxyType({sample.key: sample for sample in _ALL})
"""The sample pictures by key, in the order of the strip; the first is the default."""


def open_sample(key: str) -> Picture:
    """One of the sample pictures.

    Args:
        key: one of `SAMPLES`.

    Returns:
        The picture, named after its key. The star has no file, so its digest is that of its pixels.

    Raises:
        VizcoreError: there is no sample with this key, or the installed scikit-image lacks its file.
    """
    sample = SAMPLES.get(key)
    if sample is None:
        raise VizcoreError(f"There is no sample picture “{key[:40]}”. Please choose one of {', '.join(SAMPLES)}.")
    if sample.file_name is None:
        pixels = draw_star()
        digest = hashlib.sha256(pixels.tobytes()).hexdigest()
        return Picture(pixels=pixels, digest=digest, name=f"{key}.png")
    try:
        data = (_data_folder() / sample.file_name).read_bytes()
    except OSError as error:
        raise VizcoreError(
            f"The sample picture “{key}” is missing from this installation. "
            "Please choose another one or upload a picture."
        ) from error
    return open_picture(data, name=key + Path(sample.file_name).suffix)


def draw_star(*, side: int = STAR_SIDE) -> ByteArray:
    """A yellow five-pointed star on dark blue, one point up, with smooth edges.

    Args:
        side: width and height in pixels, at least 1.

    Returns:
        (side, side, 3) uint8, read-only; the same in every call, and symmetric left to right.
    """
    large = side * _OVERSAMPLING
    outer = _STAR_RADIUS * large
    # Pillow's coordinates are those of pixel centres, half a pixel from the corner where the picture begins.
    centre = (large - 1) / 2
    # The star extends farther above its centre than below. Lowering it by half the difference centres it vertically.
    middle = centre + outer * (1 - math.cos(math.pi / 5)) / 2
    # The inner corners of a pentagram lie where the lines between its points cross.
    inner = outer * math.sin(math.pi / 10) / math.sin(3 * math.pi / 10)
    corners = [
        (centre + radius * math.sin(angle), middle - radius * math.cos(angle))
        for radius, angle in ((inner if i % 2 else outer, i * math.pi / 5) for i in range(10))
    ]
    mask = Image.new("L", (large, large), 0)
    ImageDraw.Draw(mask).polygon(corners, fill=1)
    inside = np.asarray(mask)
    inside = inside | inside[:, ::-1]
    # Each pixel has sixteen parts, each inside or outside. They are mixed in integers, so nothing depends on rounding.
    parts = inside.reshape(side, _OVERSAMPLING, side, _OVERSAMPLING).sum(axis=(1, 3), dtype=np.int64)[..., np.newaxis]
    whole = _OVERSAMPLING**2
    yellow, blue = np.array(_STAR_YELLOW), np.array(_STAR_BACKGROUND)
    pixels: ByteArray = ((parts * yellow + (whole - parts) * blue + whole // 2) // whole).astype(np.uint8)
    return frozen(pixels)


def _data_folder() -> Path:
    specification = importlib.util.find_spec("skimage")
    if specification is None or not specification.submodule_search_locations:
        raise FileNotFoundError("scikit-image is not installed")
    return Path(specification.submodule_search_locations[0]) / "data"

"""Levels read back from the PNG by another reader, and as the exported page reads them."""

import io
import zlib

import numpy as np
from PIL import Image

from vizcore.figures.level_png import level_png


def test_colours_opacities_and_levels_come_back() -> None:
    random = np.random.default_rng(3)
    levels = random.integers(0, 256, (7, 13), dtype=np.uint8)
    table = random.integers(0, 256, (256, 4), dtype=np.uint8)
    png = level_png(levels, table)
    image = Image.open(io.BytesIO(png), formats=["PNG"])
    np.testing.assert_array_equal(np.asarray(image), levels)
    np.testing.assert_array_equal(np.asarray(image.convert("RGBA")), table[levels])
    assert png == level_png(levels, table)
    # The page takes the bytes of the only IDAT: a zero and the levels, row by row.
    start = png.index(b"IDAT")
    length = int.from_bytes(png[start - 4 : start], "big")
    rows = np.frombuffer(zlib.decompress(png[start + 4 : start + 4 + length]), np.uint8).reshape(7, 14)
    assert not rows[:, 0].any()
    np.testing.assert_array_equal(rows[:, 1:], levels)

"""Every colour of the figures: colour maps as one table, and single colours that hold on light and on dark."""

from types import MappingProxyType

import numpy as np

from vizcore.arrays import ByteArray, DoubleArray
from vizcore.errors import VizcoreError
from vizcore.maps.scales import HIGHEST_LEVEL, LOWEST_LEVEL

RGB = tuple[int, int, int]

# Single colours. All hold on white and on black alike, since the theme is not known here.
BLUE: RGB = (54, 117, 226)
GREEN: RGB = (24, 150, 72)
GREY: RGB = (128, 128, 128)
ORANGE: RGB = (217, 115, 13)
RED: RGB = (222, 56, 49)

# Okabe and Ito, "Color Universal Design", 2008: people with any kind of colour vision can distinguish them.
OKABE_ITO = MappingProxyType(
    {
        "orange": "#e69f00",
        "sky blue": "#56b4e9",
        "bluish green": "#009e73",
        "yellow": "#f0e442",
        "blue": "#0072b2",
        "vermilion": "#d55e00",
        "reddish purple": "#cc79a7",
    }
)

CLASS_COLOURS = (
    *OKABE_ITO.values(),
    *("#999999", "#7a4a1f", "#b3e2cd"),
    # Paul Tol's "muted", for networks with many classes.
    *("#332288", "#117733", "#882255", "#ddcc77", "#aa4499", "#44aa99"),
)
"""One colour for each class of an answer; with more classes the colours repeat."""

# Transformations that move pixels are blue and green, those of light and colour are warm, damage is violet.
TRANSFORMATION_COLOURS = MappingProxyType(
    {
        "flip": "#1f77d0",
        "flipud": "#17a2b8",
        "rotate": "#2e9e5b",
        "crop": "#7a9a01",
        "brightness": "#c79400",
        "contrast": "#e0701a",
        "saturation": "#d64545",
        "hue": "#e0559b",
        "gamma": "#a9714b",
        "jpeg": "#8f63d2",
        "noise": "#6f7bd9",
    }
)
"""One colour for each transformation: its line has that colour in every figure."""

ALL_STEPS_COLOUR = "#8c8c8c"
"""The colour of all transformations together."""


def _stops(*hex_colours: str) -> tuple[RGB, ...]:
    return tuple((int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)) for text in hex_colours)


# The stops are those of plotly.colors.sequential, evenly spaced; a test compares them. Greys run dark to light like the
# others. They run from 1 to 255, so that a level is its own grey: the tutorial's scale in greys gives the tutorial's
# picture.
COLOUR_MAPS = MappingProxyType(
    {
        "viridis": _stops(
            *("440154", "482878", "3e4989", "31688e", "26828e", "1f9e89", "35b779", "6ece58", "b5de2b", "fde725")
        ),
        "magma": _stops(
            *("000004", "180f3d", "440f76", "721f81", "9e2f7f", "cd4071", "f1605d", "fd9668", "feca8d", "fcfdbf")
        ),
        "inferno": _stops(
            *("000004", "1b0c41", "4a0c6b", "781c6d", "a52c60", "cf4446", "ed6925", "fb9b06", "f7d13d", "fcffa4")
        ),
        "plasma": _stops(
            *("0d0887", "46039f", "7201a8", "9c179e", "bd3786", "d8576b", "ed7953", "fb9f3a", "fdca26", "f0f921")
        ),
        "cividis": _stops(
            *("00224e", "123570", "3b496c", "575d6d", "707173", "8a8678", "a59c74", "c3b369", "e1cc55", "fee838")
        ),
        "greys": ((1, 1, 1), (255, 255, 255)),
    }
)
"""Name → RGB stops from the smallest value to the largest. The first is the default."""

DIVERGING = "blue-red"
# The stops are those of plotly.colors.diverging.RdBu in reverse: blue is below zero.
DIVERGING_MAPS = MappingProxyType(
    {
        DIVERGING: _stops(
            *("053061", "2166ac", "4393c3", "92c5de", "d1e5f0", "f7f7f7"),
            *("fddbc7", "f4a582", "d6604d", "b2182b", "67001f"),
        ),
    }
)
"""For values with a sign: the middle, level 128, is zero if the range is symmetrical."""


def css(colour: ByteArray | RGB, opacity: float | None = None) -> str:
    """A colour in the syntax of CSS.

    Args:
        colour: red, green and blue, 0 … 255.
        opacity: 0 … 1; opaque if left out.
    """
    return f"rgb({_components(colour)})" if opacity is None else f"rgba({_components(colour)},{opacity:g})"


def colour_table(name: str) -> ByteArray:
    """The colour of every level.

    Args:
        name: a name in COLOUR_MAPS or DIVERGING_MAPS.

    Returns:
        (256, 3) uint8, RGB. Entry 0 is black and never shown: level 0 is transparent. Entries 1 … 255 run from the
        first stop to the last, interpolated in RGB and rounded to the nearest.

    Raises:
        VizcoreError: the name is unknown.
    """
    stops = np.array(_stops_of(name), dtype=np.float64)
    positions = np.linspace(0, 1, HIGHEST_LEVEL - LOWEST_LEVEL + 1)
    stop_positions = np.linspace(0, 1, len(stops))
    table = np.zeros((256, 3), dtype=np.uint8)
    for component in range(3):
        interpolated = np.interp(positions, stop_positions, stops[:, component])
        table[LOWEST_LEVEL:, component] = np.floor(interpolated + 0.5).astype(np.uint8)
    return table


def lightness(name: str) -> DoubleArray:
    """How light the colour of every level is to the eye: CIELAB's L* under D65, from black 0 to white 100.

    In a diverging map both ends are dark, so that a change of sign would go unseen. There the steps of L* are added up
    from level to level, away from the middle.

    Args:
        name: a name in COLOUR_MAPS or DIVERGING_MAPS.

    Returns:
        (256,) float64, rising or falling from level 1 to level 255; entry 0 is that of level 1.
    """
    table = colour_table(name) / 255.0
    linear = np.where(table <= 0.04045, table / 12.92, ((table + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    light = np.where(luminance > (6 / 29) ** 3, 116 * np.cbrt(luminance) - 16, luminance * (29 / 3) ** 3)
    if name in DIVERGING_MAPS:
        steps = np.abs(np.diff(light[LOWEST_LEVEL:]))
        light = np.concatenate([[0.0, 0.0], np.cumsum(steps)])
    light[0] = light[LOWEST_LEVEL]
    return np.asarray(light)


def level_colour_scale(name: str) -> list[list[float | str]]:
    """The table as a Plotly colour scale for levels 0 … 255: level 0 transparent, every other level its own stop.

    The scale has all entries, so that the browser interpolates nothing and draws exactly the table's colours.
    """
    table = colour_table(name)
    opaque: list[list[float | str]] = [
        [level / HIGHEST_LEVEL, css(table[level])] for level in range(LOWEST_LEVEL, HIGHEST_LEVEL + 1)
    ]
    return [[0.0, css(table[LOWEST_LEVEL], 0)], *opaque]


def value_colour_scale(name: str) -> list[list[float | str]]:
    """The same colours for true values: the first stop at zmin, the last at zmax."""
    stops = _stops_of(name)
    return [[index / (len(stops) - 1), css(stop)] for index, stop in enumerate(stops)]


def _stops_of(name: str) -> tuple[RGB, ...]:
    known = {**COLOUR_MAPS, **DIVERGING_MAPS}
    if name not in known:
        raise VizcoreError(f"There is no colour map “{name}”; there are {', '.join(known)}.")
    return known[name]


def _components(colour: ByteArray | RGB) -> str:
    return ",".join(str(int(component)) for component in colour)

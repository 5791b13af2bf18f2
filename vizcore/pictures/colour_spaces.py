"""Colour spaces that a file gives by numbers, without a profile: their light, and the way from it to sRGB.

Sources: ITU-T H.273 (coding-independent code points, CICP), ITU-R BT.2100 (PQ and HLG), BT.2408 (203 nits for white),
IEC 61966-2-1 (sRGB), PNG 3rd edition (`cICP`, `gAMA`, `cHRM`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import ByteArray

Floats: TypeAlias = NDArray[np.float64]
Point: TypeAlias = tuple[float, float]
"""x and y of a colour (CIE 1931)."""

_D65: Point = (0.3127, 0.3290)
_C: Point = (0.310, 0.316)

WHITE_NITS = 203.0
"""Light of a sheet of paper or of a screen's white among brighter lights."""

_PEAK_NITS = 1000.0
"""Light that becomes white by the tone curve. What is brighter is white, too."""

_INVISIBLE_DIFFERENCE = 2
_BLOCK = 1 << 20
"""Values converted at a time. As floating-point numbers, 24 megapixels are 590 MB."""

_STEPS = 65535


@dataclass(frozen=True, slots=True)
class Primaries:
    """Colours of the three channels and of white."""

    red: Point
    green: Point
    blue: Point
    white: Point = _D65

    def is_near(self, other: "Primaries") -> bool:
        """Whether no coordinate is more than 0.002 away."""
        pairs = zip(self.points, other.points, strict=True)
        return all(abs(a - b) <= 0.002 for mine, its in pairs for a, b in zip(mine, its, strict=True))

    @property
    def points(self) -> tuple[Point, Point, Point, Point]:
        """Red, green, blue, white."""
        return self.red, self.green, self.blue, self.white


BT_709 = Primaries((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
_BT_601 = Primaries((0.630, 0.340), (0.310, 0.595), (0.155, 0.070))
_P3 = (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)

_CICP_PRIMARIES: Mapping[int, tuple[str, Primaries]] = MappingProxyType(
    {
        1: ("BT.709", BT_709),
        4: ("BT.470 M", Primaries((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C)),
        5: ("BT.470 BG", Primaries((0.64, 0.33), (0.29, 0.60), (0.15, 0.06))),
        6: ("BT.601", _BT_601),
        7: ("SMPTE 240M", _BT_601),
        8: ("film", Primaries((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C)),
        9: ("BT.2020", Primaries((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))),
        11: ("DCI-P3", Primaries(*_P3, (0.314, 0.351))),
        12: ("Display P3", Primaries(*_P3)),
        22: ("EBU 3213", Primaries((0.630, 0.340), (0.295, 0.605), (0.155, 0.077))),
    }
)


@dataclass(frozen=True, slots=True)
class Transfer:
    """How the codes of a channel become light."""

    name: str
    to_light: Callable[[Floats], Floats]
    """From codes between 0 and 1 to linear light; 1 is the white of a screen, of HDR that of `WHITE_NITS`."""
    is_hdr: bool = False
    is_scene: bool = False
    """HLG: light of the scene, of which the luminance is raised to 1.2 on a screen of 1000 nits."""


def _power(exponent: float) -> Callable[[Floats], Floats]:
    return lambda codes: codes**exponent


def _srgb_to_light(codes: Floats) -> Floats:
    return np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)


def _bt_709_to_light(codes: Floats) -> Floats:
    alpha, beta = 1.09929682680944, 0.018053968510807
    return np.where(codes < 4.5 * beta, codes / 4.5, ((codes + alpha - 1) / alpha) ** (1 / 0.45))


def _smpte_240_to_light(codes: Floats) -> Floats:
    alpha, beta = 1.111572195921731, 0.022821585529445
    return np.where(codes < 4 * beta, codes / 4, ((codes + alpha - 1) / alpha) ** (1 / 0.45))


def _pq_to_light(codes: Floats) -> Floats:
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    powers = codes ** (1 / m2)
    nits: Floats = 10_000 * (np.maximum(powers - c1, 0) / (c2 - c3 * powers)) ** (1 / m1)
    return nits / WHITE_NITS


def _hlg_to_light(codes: Floats) -> Floats:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(codes <= 0.5, codes**2 / 3, (np.exp((codes - c) / a) + b) / 12)


_BT_709 = Transfer("BT.709", _bt_709_to_light)
SRGB_CURVE = Transfer("sRGB", _srgb_to_light)
_CICP_TRANSFERS: Mapping[int, Transfer] = MappingProxyType(
    {
        1: _BT_709,
        4: Transfer("gamma 2.2", _power(2.2)),
        5: Transfer("gamma 2.8", _power(2.8)),
        6: _BT_709,
        7: Transfer("SMPTE 240M", _smpte_240_to_light),
        8: Transfer("linear light", _power(1.0)),
        13: SRGB_CURVE,
        14: _BT_709,
        15: _BT_709,
        16: Transfer("PQ", _pq_to_light, is_hdr=True),
        17: Transfer("SMPTE 428", lambda codes: codes**2.6 * (52.37 / 48)),
        18: Transfer("HLG", _hlg_to_light, is_hdr=True, is_scene=True),
    }
)


@dataclass(frozen=True, slots=True)
class ColourSpace:
    """What the codes of a picture mean."""

    name: str
    primaries: Primaries
    transfer: Transfer
    full_range: bool = True
    """False: black is 16 of 255, white is 235."""

    @property
    def note(self) -> str:
        """What the conversion to sRGB does to a picture."""
        if self.transfer.is_hdr:
            return f"HDR ({self.name}, {self.transfer.name}) shown by a tone curve, {_PEAK_NITS:.0f} nits as white"
        return f"colours converted from {self.name} to sRGB"


def of_cicp(primaries: int, transfer: int, *, full_range: bool = True) -> ColourSpace | None:
    """The colour space of a PNG's `cICP`, whose code points are known; None for sRGB."""
    return _visible(ColourSpace(*_CICP_PRIMARIES[primaries], _CICP_TRANSFERS[transfer], full_range))


def is_known(primaries: int, transfer: int) -> bool:
    """Whether the two code points of CICP name colours."""
    return primaries in _CICP_PRIMARIES and transfer in _CICP_TRANSFERS


def of_nclx(primaries: int, transfer: int) -> ColourSpace | None:
    """The colour space of an AVIF or HEIC without a profile; None for sRGB.

    The curve of BT.709 and its copies counts as sRGB's: encoders write it for pictures that are sRGB, and browsers
    show them so. What is not said is sRGB, too.
    """
    name, points = _CICP_PRIMARIES.get(primaries, _CICP_PRIMARIES[1])
    curve = _CICP_TRANSFERS.get(transfer, SRGB_CURVE)
    return _visible(ColourSpace(name, points, SRGB_CURVE if curve is _BT_709 else curve))


def of_gamma(exponent: float, primaries: Primaries | None) -> ColourSpace | None:
    """The colour space of a PNG's `gAMA` and `cHRM`; None for sRGB, and for numbers that make no colours.

    Args:
        exponent: of the light, which gives the codes; 1/2.2 within 5 % is sRGB's curve if the primaries are sRGB's.
        primaries: those of sRGB if there are none.
    """
    if exponent <= 0:
        return None
    points = primaries if primaries is not None and _has_colours(primaries) else BT_709
    if points.is_near(BT_709):
        if abs(exponent * 2.2 - 1) <= 0.05:
            return None
        points = BT_709
    name = "its own colours" if points is not BT_709 else f"gamma {1 / exponent:.3g}"
    return _visible(ColourSpace(name, points, Transfer("gamma", _power(1 / exponent))))


def _has_colours(primaries: Primaries) -> bool:
    if not all(0 <= x <= 1 and 0 < y <= 1 for x, y in primaries.points):
        return False
    (rx, ry), (gx, gy), (bx, by), _white = primaries.points
    return abs((gx - rx) * (by - ry) - (bx - rx) * (gy - ry)) > 1e-3


def _visible(space: ColourSpace) -> ColourSpace | None:
    steps = np.linspace(0, 255, 9).round().astype(np.uint8)
    probe = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 1, 3)
    difference = np.abs(converted(probe, space).astype(np.int16) - probe)
    return space if int(difference.max()) > _INVISIBLE_DIFFERENCE else None


def to_srgb_light(primaries: Primaries) -> Floats:
    """(3, 3), from linear light of these primaries to that of sRGB, white to white (Bradford's adaptation)."""
    bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    cones = bradford @ _xyz(_D65) / (bradford @ _xyz(primaries.white))
    adaptation = np.linalg.inv(bradford) @ np.diag(cones) @ bradford
    matrix: Floats = np.linalg.inv(_to_xyz(BT_709)) @ adaptation @ _to_xyz(primaries)
    return matrix


def _xyz(point: Point) -> Floats:
    x, y = point
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _to_xyz(primaries: Primaries) -> Floats:
    columns = np.stack([_xyz(point) for point in primaries.points[:3]], axis=-1)
    matrix: Floats = columns * np.linalg.solve(columns, _xyz(primaries.white))
    return matrix


def converted(codes: NDArray[np.uint8] | NDArray[np.uint16], space: ColourSpace) -> ByteArray:
    """The codes of a colour space as levels of sRGB.

    Colours outside of sRGB are clipped, each channel by itself. HDR first goes through a tone curve on the largest
    channel, with the other two in proportion, so that hues stay.

    Args:
        codes: (H, W, 3), of all 8 or all 16 bits.
        space: their meaning.

    Returns:
        (H, W, 3) uint8.
    """
    levels = np.empty(codes.shape, np.uint8)
    light_of, level_of = _light_table(codes.dtype, space), _level_table()
    matrix = to_srgb_light(space.primaries).T.astype(np.float32)
    luminance = _to_xyz(space.primaries)[1].astype(np.float32)
    rows = max(1, _BLOCK // (3 * codes.shape[1]))
    for top in range(0, len(codes), rows):
        light = light_of[codes[top : top + rows]]
        if space.transfer.is_scene:
            # BT.2100: the luminance of a screen of 1000 nits is that of the scene to the power of 1.2.
            light *= (light @ luminance)[..., np.newaxis] ** np.float32(0.2) * np.float32(1000 / WHITE_NITS)
        if space.transfer.is_hdr:
            light *= _tone(light.max(axis=-1, keepdims=True))
        light = light @ matrix
        levels[top : top + rows] = level_of[np.rint(light.clip(0, 1) * _STEPS).astype(np.uint16)]
    return levels


def _light_table(dtype: np.dtype[np.uint8] | np.dtype[np.uint16], space: ColourSpace) -> NDArray[np.float32]:
    largest = int(np.iinfo(dtype).max)
    codes = np.arange(largest + 1)
    scale = (largest + 1) // 256
    part = codes / largest if space.full_range else ((codes / scale - 16) / 219).clip(0, 1)
    return space.transfer.to_light(part).astype(np.float32)


def _level_table() -> ByteArray:
    light = np.arange(_STEPS + 1) / _STEPS
    levels = 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    table: ByteArray = np.rint(levels).astype(np.uint8)
    return table


def _tone(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """The factor of Reinhard's extended curve: near 1 for the dark; `_PEAK_NITS` and more become white."""
    peak = np.float32(_PEAK_NITS / WHITE_NITS)
    curve = (1 + light / peak**2) / (1 + light)
    return np.where(light > peak, 1 / np.maximum(light, peak), curve)

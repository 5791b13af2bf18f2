"""Colour spaces by numbers: matrices that are published, curves that go round, a tone curve that keeps its promises."""

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from vizcore.pictures import colour_spaces
from vizcore.pictures.colour_spaces import ColourSpace, Primaries, converted, of_cicp, of_gamma, of_nclx, to_srgb_light

P3 = Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
BT_2020 = Primaries((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))


def cicp(primaries: int, transfer: int, *, full_range: bool = True) -> ColourSpace:
    space = of_cicp(primaries, transfer, full_range=full_range)
    assert space is not None
    return space


def srgb_codes(light: NDArray[np.float64]) -> NDArray[np.float64]:
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055)


def test_matrices_are_the_published_ones() -> None:
    # CSS Color 4 (P3) and ITU-R BT.2087 (BT.2020).
    p3 = [[1.2249402, -0.2249404, 0], [-0.0420570, 1.0420571, 0], [-0.0196376, -0.0786361, 1.0982735]]
    bt_2020 = [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
    np.testing.assert_allclose(to_srgb_light(P3), p3, atol=2e-5)
    np.testing.assert_allclose(to_srgb_light(BT_2020), bt_2020, atol=2e-4)
    np.testing.assert_allclose(to_srgb_light(colour_spaces.BT_709), np.eye(3), atol=1e-12)


@pytest.mark.parametrize("white", [(0.3127, 0.3290), (0.310, 0.316), (0.3457, 0.3585), (1 / 3, 1 / 3)])
def test_white_stays_white(white: tuple[float, float]) -> None:
    primaries = Primaries((0.68, 0.32), (0.265, 0.69), (0.15, 0.06), white)
    np.testing.assert_allclose(to_srgb_light(primaries) @ np.ones(3), np.ones(3), atol=1e-12)


# Light to codes, in the words of the standards: the other way round than in the product.
ENCODED = {
    1: lambda e: np.where(e < 0.018053968510807, 4.5 * e, 1.09929682680944 * e**0.45 - 0.09929682680944),
    4: lambda e: e ** (1 / 2.2),
    8: lambda e: e,
    13: lambda e: srgb_codes(e) / 255,
}


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize(("primaries", "transfer"), product((1, 9, 12), (1, 4, 8, 13)))
def test_colours_inside_of_srgb_come_back_from_every_space(primaries: int, transfer: int, dtype: type) -> None:
    light = np.random.default_rng(0).uniform(0.15, 1, (31, 37, 3))
    points = {1: colour_spaces.BT_709, 9: BT_2020, 12: P3}[primaries]
    theirs = (light @ np.linalg.inv(to_srgb_light(points)).T).clip(0, 1)
    light = theirs @ to_srgb_light(points).T
    largest = np.iinfo(dtype).max
    codes = np.rint(ENCODED[transfer](theirs) * largest).astype(dtype)
    space = of_cicp(primaries, transfer)
    levels = codes / (largest / 255) if space is None else converted(codes, space)
    # Linear codes of 8 bits are coarse: one step in the dark is two levels.
    allowed = 1 if dtype is np.uint16 else 3
    assert np.abs(levels - srgb_codes(light.clip(0, 1))).max() <= allowed


def test_srgb_is_no_space_to_convert_from() -> None:
    assert of_cicp(1, 13) is None
    assert of_nclx(1, 13) is None
    # By H.273 the curve of BT.709 is another than sRGB's; writers of AVIF and HEIC mean sRGB by it.
    assert of_cicp(1, 1) is not None
    assert of_nclx(1, 1) is None
    assert of_nclx(2, 2) is None
    assert of_nclx(12, 1) == of_nclx(12, 13) == of_nclx(12, 2) == of_cicp(12, 13)


def test_narrow_range_counts_from_16_to_235() -> None:
    codes = np.array([[[0, 0, 0], [16, 16, 16], [235, 235, 235], [255, 255, 255], [126, 126, 126]]], np.uint8)
    levels = converted(codes, cicp(1, 13, full_range=False))
    assert levels[0, :, 0].tolist() == [0, 0, 255, 255, round(110 / 219 * 255)]


@pytest.mark.parametrize("exponent", [0.4546, 0.45455, 0.45, 0.47])
def test_gamma_of_about_2_2_is_srgb(exponent: float) -> None:
    assert of_gamma(exponent, None) is None
    assert of_gamma(exponent, colour_spaces.BT_709) is None
    assert of_gamma(exponent, P3) is not None


@pytest.mark.parametrize("exponent", [1.0, 0.5556, 0.38])
def test_other_gammas_are_powers(exponent: float) -> None:
    space = of_gamma(exponent, None)
    assert space is not None
    codes = np.repeat(np.arange(256, dtype=np.uint8)[:, np.newaxis], 3, axis=1)[np.newaxis]
    expected = srgb_codes((codes / 255) ** (1 / exponent))
    assert np.abs(converted(codes, space) - expected).max() <= 1


@pytest.mark.parametrize("exponent", [0.0, 1e-5, 21474.0])
def test_gammas_without_sense_raise_nothing(exponent: float) -> None:
    space = of_gamma(exponent, None)
    assert space is None or converted(np.zeros((1, 1, 3), np.uint8), space).shape == (1, 1, 3)


@pytest.mark.parametrize(
    "primaries",
    [
        Primaries((0, 0), (0, 0), (0, 0), (0, 0)),
        Primaries((0.3, 0.3), (0.4, 0.4), (0.5, 0.5)),
        Primaries((9.0, 0.3), (0.3, 0.6), (0.15, 0.06)),
    ],
)
def test_primaries_that_make_no_colours_are_left_out(primaries: Primaries) -> None:
    assert of_gamma(0.45455, primaries) is None


def pq(nits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Signal of SMPTE ST 2084, from light."""
    y = (nits / 10_000) ** (2610 / 16384)
    return ((3424 / 4096 + 2413 / 128 * y) / (1 + 2392 / 128 * y)) ** (2523 / 32)


def hlg_signal(share: float) -> float:
    """ARIB STD-B67."""
    return float(np.sqrt(3 * share) if share <= 1 / 12 else 0.17883277 * np.log(12 * share - 0.28466892) + 0.55991073)


@pytest.mark.parametrize(("primaries", "transfer"), product((1, 9, 12), (16, 18)))
def test_grey_ramps_rise_and_stay_grey_and_paper_is_bright(primaries: int, transfer: int) -> None:
    space = cicp(primaries, transfer)
    ramp = np.repeat(np.arange(65536, dtype=np.uint16)[:, np.newaxis], 3, axis=1)[np.newaxis]
    levels = converted(ramp, space)[0].astype(int)
    assert (np.diff(levels, axis=0) >= 0).all()
    assert np.ptp(levels, axis=1).max() <= 1
    assert levels[0].tolist() == [0, 0, 0]
    assert levels[-1].tolist() == [255, 255, 255]
    # 203 nits: a PQ signal of 0.58, and HLG's 75 %.
    signal = float(pq(np.array(203.0))) if transfer == 16 else 0.75
    assert 175 <= levels[round(signal * 65535), 0] <= 255
    assert 1 <= levels[round(float(pq(np.array(1.0))) * 65535) if transfer == 16 else 6000, 0] < 80


@pytest.mark.parametrize("transfer", [16, 18])
def test_the_tone_curve_keeps_hues(transfer: int) -> None:
    # One colour at five strengths, with the primaries of sRGB, so that none is clipped.
    for strength in (0.02, 0.1, 0.3, 1.0, 3.0):
        light = np.array([0.9, 0.5, 0.25]) * strength
        signal = pq(light * 203) if transfer == 16 else np.array([hlg_signal(share / 4) for share in light])
        levels = converted(np.rint(signal * 65535).astype(np.uint16)[np.newaxis, np.newaxis], cicp(1, transfer))[0, 0]
        linear = np.where(levels <= 10, levels / 255 / 12.92, ((levels / 255 + 0.055) / 1.055) ** 2.4)
        np.testing.assert_allclose(linear[1:] / linear[0], [0.5 / 0.9, 0.25 / 0.9], atol=0.03)


def test_a_note_names_the_space_and_the_tone_curve() -> None:
    assert cicp(12, 13).note == "colours converted from Display P3 to sRGB"
    assert cicp(9, 16).note == "HDR (BT.2020, PQ) shown by a tone curve, 1000 nits as white"

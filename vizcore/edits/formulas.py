"""The formulas of brightness that take more than a line: functions of values 0 … 255 in float64 and the amount."""

from math import log

import numpy as np

from vizcore.arrays import BoolArray, DoubleArray


def between_limits(moved: DoubleArray, amount: float) -> BoolArray:
    """Which values a clip to 0 … 255 lets move: those strictly between the two."""
    # Compared in float32, as in exact tables: a rounding error of the formula cannot keep a value off its limit.
    rounded = moved.astype(np.float32)
    return (rounded > 0) & (rounded < 255)


def gamma_slopes(values: DoubleArray, gamma: float) -> DoubleArray:
    """255·(v/255)^γ·ln(v/255), and 0 for v = 0."""
    shares = values / 255.0
    logarithms = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    slopes: DoubleArray = 255.0 * shares**gamma * logarithms
    return slopes


# IEC 61966-2-1, the transfer function of sRGB and its inverse: straight near black, a power beyond.
_STRAIGHT, _OFFSET, _EXPONENT = 12.92, 0.055, 2.4
_LAST_STRAIGHT_SHARE, _LAST_STRAIGHT_LIGHT = 0.04045, 0.0031308


def _light(values: DoubleArray, stops: float) -> DoubleArray:
    """The linear light behind each value, 0 … 1, times 2^EV."""
    shares = values / 255.0
    curved = ((shares + _OFFSET) / (1 + _OFFSET)) ** _EXPONENT
    light: DoubleArray = np.where(shares <= _LAST_STRAIGHT_SHARE, shares / _STRAIGHT, curved) * 2.0**stops
    return light


def exposure(values: DoubleArray, stops: float) -> DoubleArray:
    """255·sRGB⁻¹(2^EV·linear(v)). Light beyond white follows the same power."""
    light = _light(values, stops)
    curved = (1 + _OFFSET) * light ** (1 / _EXPONENT) - _OFFSET
    moved: DoubleArray = 255.0 * np.where(light <= _LAST_STRAIGHT_LIGHT, light * _STRAIGHT, curved)
    return moved


def exposure_slopes(values: DoubleArray, stops: float) -> DoubleArray:
    """The derivative by the chain rule: per stop light grows by ln 2 times itself, times the slope of sRGB⁻¹.

    This slope jumps by 2% where the straight part of the inverse ends. Exactly there the slope of the straight part
    counts.
    """
    light = _light(values, stops)
    # Each branch is multiplied by the light: the slope of the power alone is infinite at black.
    curved = (1 + _OFFSET) / _EXPONENT * light ** (1 / _EXPONENT)
    slopes: DoubleArray = 255.0 * log(2) * np.where(light <= _LAST_STRAIGHT_LIGHT, light * _STRAIGHT, curved)
    return slopes


# `exposure` of whole pictures, clipped and rounded.
EXPOSURE_CODE = """\
shares = pixels / 255.0
light = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
light = light * 2.0**{amount}
shares = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
brightened = np.rint(np.clip(255.0 * shares, 0, 255)).astype(np.uint8)"""

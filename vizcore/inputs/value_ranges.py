"""Value ranges: the numbers that a network expects for a pixel, with the conversion from bytes and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import ByteArray, FloatArray
from vizcore.errors import VizcoreError

_Number = TypeVar("_Number", np.uint8, np.float32)


@dataclass(frozen=True)
class ValueRange:
    """A convention for a network's input: value = v / divisor − subtracted, v = 0 … 255, channel by channel.

    Attributes:
        label: shown to the visitor.
        formula: the conversion of the byte v, shown to the visitor.
        divisor: the same for all channels.
        subtracted: one number per channel, in the order in which the network receives the channels.
        order: the channel that the network receives first, second and third: red is 0, green 1, blue 2.
    """

    label: str
    formula: str
    divisor: float
    subtracted: tuple[float, float, float] = (0.0, 0.0, 0.0)
    order: tuple[int, int, int] = (0, 1, 2)

    def apply(self, pixels: ByteArray) -> FloatArray:
        """Pictures as the numbers that a network expects.

        Args:
            pixels: (h, w, 3) or (N, h, w, 3) uint8, RGB; or one channel of grey (`to_grey`) where the channels of this
                convention do not differ. It is not changed.

        Returns:
            The same shape, float32; the values of `keras.applications`' `preprocess_input`, bit for bit. It shares no
            memory with the pixels. An empty array stays empty.

        Raises:
            VizcoreError: not such an array, or grey where red, green and blue are treated differently.
        """
        return self._scaled(pixels, _checked_num_channels(pixels))

    def apply_exactly(self, values: FloatArray) -> FloatArray:
        """`apply` for pixels that were not rounded to bytes: an affine map, also for numbers beyond 0 … 255.

        Args:
            values: (h, w, 3) or (N, h, w, 3) float32 on the scale 0 … 255, RGB; or one channel of grey, as for `apply`.

        Returns:
            The same shape, float32; for whole numbers 0 … 255 the values of `apply`.

        Raises:
            VizcoreError: as `apply`.
        """
        return self._scaled(values, _checked_num_channels(values, np.float32))

    def apply_to_slopes(self, slopes: FloatArray) -> FloatArray:
        """Differences or derivatives of pixels in the network's numbers: scaled and ordered, nothing subtracted.

        Args:
            slopes: the shape of the values of `apply_exactly`; in levels, or in levels per any unit.

        Returns:
            The same shape, float32, in the network's numbers instead of levels.

        Raises:
            VizcoreError: as `apply`.
        """
        num_channels = _checked_num_channels(slopes, np.float32)
        self._subtracted(num_channels)
        scaled: FloatArray = self._ordered(slopes, num_channels) / np.float32(self.divisor)
        return scaled

    def gradient_by_levels(self, gradient: FloatArray) -> FloatArray:
        """A gradient by the network's numbers as one by the levels of red, green and blue; `apply_to_slopes` backwards.

        Args:
            gradient: (h, w, 3) or (h, w, 1) float32, of any number by the network's input.

        Returns:
            The same shape, float32, per level.

        Raises:
            VizcoreError: as `apply`.
        """
        num_channels = _checked_num_channels(gradient, np.float32)
        self._subtracted(num_channels)
        back = [0] if num_channels == 1 else np.argsort(self.order).tolist()
        by_levels: FloatArray = gradient[..., back] / np.float32(self.divisor)
        return by_levels

    def as_pixels(self, batch: FloatArray) -> ByteArray:
        """The network's input as a picture: its first, second and third channel are shown as red, green and blue.

        Every channel is scaled linearly: the lowest value that a byte can become is 0, the highest is 255. So these are
        the bytes that `apply` received, with blue and red exchanged where the network receives blue first.

        Args:
            batch: (1, h, w, 3) or (1, h, w, 1) float32, as made by `apply`. It is not changed.

        Returns:
            (h, w, 3) uint8; one channel is shown as grey.

        Raises:
            VizcoreError: more than one picture, another number of channels, or values that no byte can become.
        """
        values = np.asarray(batch, dtype=np.float32)
        if values.ndim != 4 or values.shape[0] != 1 or values.shape[3] not in (1, 3):
            raise VizcoreError(
                f"A batch of one picture has the shape (1, height, width, 3), or 1 at the end for grey; this one has "
                f"{values.shape}."
            )
        subtracted = self._subtracted(values.shape[3])
        lowest = np.float32(0) - subtracted
        highest = np.float32(255) / np.float32(self.divisor) - subtracted
        if not np.all((values >= lowest) & (values <= highest)):
            raise VizcoreError(
                f"These values are not pixels of the range {self.label}: some lie outside of it. Make the batch with "
                "the same range."
            )
        # The error of float32 is at most a hundred-thousandth of a level. An error of half a level would change a byte.
        shown = np.rint((values[0] + subtracted) * np.float32(self.divisor)).astype(np.uint8)
        pixels: ByteArray = np.repeat(shown, 3 // shown.shape[2], axis=2)
        return pixels

    def values_of(self, shown: ByteArray) -> FloatArray:
        """The network's input that `as_pixels` shows as these pixels.

        Args:
            shown: (h, w, 3) uint8, as returned by `as_pixels`; of a network for grey, its three channels are equal.

        Returns:
            (h, w, 3) float32, in the order in which the network receives the channels.
        """
        values: FloatArray = shown.astype(np.float32) / np.float32(self.divisor) - self._subtracted(3)
        return values

    def _scaled(self, pixels: NDArray[_Number], num_channels: int) -> FloatArray:
        subtracted = self._subtracted(num_channels)
        # As in Keras, each operation rounds once, to float32.
        values: FloatArray = self._ordered(pixels, num_channels).astype(np.float32)
        values /= np.float32(self.divisor)
        values -= subtracted
        return values

    def _ordered(self, pixels: NDArray[_Number], num_channels: int) -> NDArray[_Number]:
        return pixels if num_channels == 1 else pixels[..., list(self.order)]

    def _subtracted(self, num_channels: int) -> FloatArray:
        if num_channels == 1 and len(set(self.subtracted)) > 1:
            raise VizcoreError(f"The range {self.label} is for colours; a network for grey pictures takes another one.")
        return np.array(self.subtracted[:num_channels], dtype=np.float32)


RANGES: Mapping[str, ValueRange] = MappingProxyType(
    {
        "0…1": ValueRange("0 … 1", "v / 255", 255.0),
        "0…255": ValueRange("0 … 255", "v", 1.0),
        "−1…1": ValueRange("−1 … 1", "v / 127.5 − 1", 127.5, (1.0, 1.0, 1.0)),
        "BGR − mean": ValueRange(
            "blue, green, red less ImageNet's mean",
            "B − 103.939, G − 116.779, R − 123.68",
            1.0,
            (103.939, 116.779, 123.68),
            (2, 1, 0),
        ),
    }
)
"""The value ranges by name. The first is the tutorial's; `keras.applications` calls the last two "tf" and "caffe"."""


@dataclass(frozen=True)
class ExpectedRange:
    """The value range that a network expects, found in its layers.

    Attributes:
        value_range: a name in RANGES.
        reason: what was found: a part of a sentence that goes on after "because".
    """

    value_range: str
    reason: str


_LUMA = (19595, 38470, 7471)
"""The weights of red, green and blue times 2¹⁶; they add up to 2¹⁶."""


def to_grey(pixels: ByteArray) -> ByteArray:
    """Pictures in grey, for networks with one channel.

    The luma of Rec. 601, 0.299 R + 0.587 G + 0.114 B, of the unchanged bytes, in the same integer arithmetic as
    Pillow's `convert("L")`. Grey pixels retain their value.

    Args:
        pixels: (h, w, 3) or (N, h, w, 3) uint8, RGB. It is not changed.

    Returns:
        (h, w, 1) or (N, h, w, 1) uint8.

    Raises:
        VizcoreError: not such an array.
    """
    _check_colours(pixels, _checked_num_channels(pixels))
    # Adding half of 2¹⁶ makes the shift round to the nearest.
    luma = pixels.astype(np.uint32) @ np.array(_LUMA, dtype=np.uint32)
    grey: ByteArray = ((luma + 0x8000) >> 16).astype(np.uint8)[..., np.newaxis]
    return grey


def to_grey_exactly(values: FloatArray) -> FloatArray:
    """`to_grey` for unrounded pixels, or for their derivatives: linear, without rounding.

    Args:
        values: (h, w, 3) or (N, h, w, 3) float32, RGB. It is not changed.

    Returns:
        (h, w, 1) or (N, h, w, 1) float32.

    Raises:
        VizcoreError: not such an array.
    """
    _check_colours(values, _checked_num_channels(values, np.float32))
    luma = values.astype(np.float64) @ (np.array(_LUMA, dtype=np.float64) / 2**16)
    grey: FloatArray = luma.astype(np.float32)[..., np.newaxis]
    return grey


def _check_colours(pixels: ByteArray | FloatArray, num_channels: int) -> None:
    if num_channels != 3:
        raise VizcoreError(f"Only colours turn into grey, (height, width, 3); this is {pixels.shape}.")


def _checked_num_channels(pixels: ByteArray | FloatArray, dtype: type[np.generic] = np.uint8) -> int:
    is_array = isinstance(pixels, np.ndarray)
    if not is_array or pixels.dtype != dtype or pixels.ndim not in (3, 4) or pixels.shape[-1] not in (1, 3):
        given = f"{pixels.shape} {pixels.dtype}" if is_array else type(pixels).__name__
        entries = "bytes" if dtype is np.uint8 else "float32"
        raise VizcoreError(
            f"Pictures are an array (height, width, 3) or (number, height, width, 3) of {entries}; this is {given}."
        )
    return int(pixels.shape[-1])

"""One layer in three charts: for the unedited picture, for the edited picture, and the difference."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from math import inf
from types import MappingProxyType

from ui.feature_maps.arrangement import Arrangement, side_by_side
from ui.feature_maps.controls import AGAINST
from ui.feature_maps.shown_values import OWN_UNITS, ShownValues, values_of_units
from ui.parts.part import Part
from ui.parts.words.words import Words, words
from vizcore.arrays import FloatArray
from vizcore.figures.chart import Figure, percent
from vizcore.light.change import compared, difference
from vizcore.light.passage import Clipping
from vizcore.maps.channels import channel_statistics
from vizcore.maps.ranges import locked_range
from vizcore.maps.scales import Scale
from vizcore.numbers import with_minus_signs

_BASE, _EDITED, _DIFFERENCE = "base", "edited", "difference"
_HEADINGS = MappingProxyType({_BASE: "original", _EDITED: "edited", _DIFFERENCE: "difference"})
_AGAINST_CLIP = MappingProxyType(
    {_BASE: "without the clip", _EDITED: "with the clip", _DIFFERENCE: "what the clip takes"}
)


@dataclass(frozen=True)
class _Side:
    values: FloatArray
    scale: Scale


@dataclass(frozen=True, eq=False)
class Differences:
    """Three charts of a layer that zoom together and open the same channel, and the change in words.

    The first two charts are on the chosen scale. The third has zero in the middle. Its ends are reached by the
    strongest differences at the released amount, so that the effect fills the colours; a held thumb does not move them.

    Attributes:
        arranged: the layer.
        clipping: makes the layers with and without the clip at 0 and 255.
        reach: makes the size of the strongest differences at the released amount.
    """

    arranged: Arrangement
    clipping: Callable[[], Clipping]
    reach: Callable[[], float]

    def parts(self) -> list[Part]:
        """The words and the three charts."""
        return [self._words(), *self._charts()]

    def show(self) -> None:
        """Draw them, the charts side by side if they are maps."""
        # All values are made before anything is drawn: a refusal then replaces the whole section.
        draw_words, *charts = [part.made() for part in self.parts()]
        draw_words()
        side_by_side(self.arranged, charts)

    def values(self) -> ShownValues:
        """Both activations and the difference, for files."""
        arrays = {self._headings[side]: shown.values for side, shown in self._sides.items()}
        return values_of_units(self.arranged, arrays, dict.fromkeys(arrays, OWN_UNITS))

    @property
    def _headings(self) -> Mapping[str, str]:
        return _AGAINST_CLIP if self._is_against_clip else _HEADINGS

    @property
    def _is_against_clip(self) -> bool:
        return self.arranged.choice.against == AGAINST[1]

    def _words(self) -> Part:
        return Part(
            self.arranged.key("words"),
            lambda: Words(text=self._sentence(None), rows=[]),
            draw=words,
            # The clip's share takes three more passes, so it appears when the thumb is released.
            at_rest=lambda: Words(text=self._sentence(self.clipping().part(self.arranged.layer.name)), rows=[]),
            layer=self.arranged.layer.name,
        )

    def _charts(self) -> list[Part]:
        return [
            self.arranged.part(
                partial(self._figure, side, heading),
                description=f"{self.arranged.title}, {heading}",
                side=side,
                # The chart of the unedited picture does not change with the brightness.
                follows=side != _BASE or self._is_against_clip,
                has_hint=side == _BASE,
            )
            for side, heading in self._headings.items()
        ]

    @cached_property
    def _sides(self) -> dict[str, _Side]:
        arranged = self.arranged
        base, edited = arranged.original, arranged.edited
        if self._is_against_clip:
            clipping = self.clipping()
            base, edited = clipping.unclipped[arranged.layer.name], clipping.clipped[arranged.layer.name]
        changed = difference(base, edited)
        reach = self._reach()
        return {
            _BASE: _Side(base, arranged.scale(base)),
            _EDITED: _Side(edited, arranged.scale(edited)),
            _DIFFERENCE: _Side(changed, arranged.range_scale(-reach, reach, contrast=arranged.choice.scale.contrast)),
        }

    def _reach(self) -> float:
        """The largest difference on the scale."""
        if self.arranged.choice.magnify is not None:
            return (self._width / self.arranged.choice.magnify) or 1.0
        return self.reach() or self._width or 1.0

    @cached_property
    def _width(self) -> float:
        """The range of the whole layer on the unedited picture."""
        low, high = locked_range(self.arranged.original)
        return high - low

    def _figure(self, side: str, heading: str) -> dict[str, Figure]:
        shown = self._sides[side]
        drawn = self.arranged.drawn(shown.values, scale=shown.scale)
        # Silent channels are marked in the first two charts. In the difference an all-zero channel need not be silent.
        statistics = None if side == _DIFFERENCE else channel_statistics(shown.values)
        if side == _DIFFERENCE:
            heading = f"{heading} {self._factor(float(shown.scale.highs[0]))}"
        return {"figure": self.arranged.figure(drawn, heading=heading, statistics=statistics)}

    def _factor(self, reach: float) -> str:
        """How much narrower the scale of the difference is than the layer on the unedited picture: "× 8.3"."""
        factor = self._width / reach
        return "" if not factor or factor == 1 else f"× {factor:.3g}"

    def _sentence(self, clipping_part: float | None) -> str:
        """The change from the first chart to the second in words.

        Args:
            clipping_part: the part of the edit that the clip takes, relative to the change that is left; `inf` if
                nothing is left, None if unknown.
        """
        base, edited, against_clip = self._sides[_BASE].values, self._sides[_EDITED].values, self._is_against_clip
        change = compared(base, edited)
        what = "channels" if self.arranged.layer.is_spatial else "units"
        if against_clip:
            clipping_part = None
        if clipping_part == inf:
            return "Nothing has changed: the clip takes the whole edit away."
        if change.mean_change == 0:
            return "The clip changes nothing." if against_clip else "Nothing has changed."
        # The layer's range is that of the unedited picture, whatever the scale of the charts is.
        from_range = compared(self.arranged.original, edited) if against_clip else change
        parts = [f"mean |change| {change.mean_change:.3g}", f"cosine similarity {_cosine(change.cosine)}"]
        shares = (
            (change.woke_share, "woke up"),
            (change.died_share, "fell silent"),
            (from_range.saturated_share, "left the unedited range"),
        )
        parts.append(f"{what}: " + ", ".join(f"{percent(share)} {how}" for share, how in shares))
        if clipping_part:
            amount = f"{percent(clipping_part)} of" if clipping_part <= 1 else f"{clipping_part:.1f} times"
            parts.append(f"clipping took {amount} the change")
        return " · ".join(parts)


def _cosine(cosine: float | None) -> str:
    """A cosine with four decimals; it is written as 1 only if it differs from 1 by rounding errors alone."""
    if cosine is None:
        return "undefined: one of them is all zero"
    return "> 0.9999" if 0.99995 <= cosine < 1 - 1e-12 else with_minus_signs(f"{cosine:.4f}")

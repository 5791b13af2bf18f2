"""A part of a page: one description for what is drawn and for what follows a held thumb."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Protocol

Make = Callable[[], Mapping[str, object]]
"""Makes all that the brightness changes of a part: a figure and its note, a text, bars, pixels."""


@dataclass(frozen=True, eq=False)
class Part:
    """One element of a page whose values depend on the brightness.

    A part computes nothing until it is made. So a list of parts tells what is on a page before anything is read.

    Attributes:
        key: of the element that is drawn; the browser knows it by the same one.
        make: makes its values, as the element's component takes them.
        draw: draws it, called with the key and the values.
        at_rest: makes its values where it is drawn, if that takes longer than a held thumb has time for.
        follows: whether it changes while a thumb is held. What stays as it is does not, and what is taken on release.
        layer: the layer that its values are read from, or "".
    """

    key: str
    make: Make
    draw: Callable[..., None]
    at_rest: Make | None = None
    follows: bool = True
    layer: str = ""

    def made(self) -> Callable[[], None]:
        """Make its values now, and draw them with what comes back."""
        make = self.at_rest or self.make
        return partial(self.draw, key=self.key, **make())

    def show(self) -> None:
        """Draw it where the page is at this moment."""
        self.made()()


class Section(Protocol):
    """Parts that stand together. `show` draws all of `parts`, with what stands around them and does not follow."""

    def parts(self) -> Sequence[Part]:
        """The parts; a new list each time, since one that was kept would hold the section that keeps it."""

    def show(self) -> None:
        """Draw them."""


def parts_of(sections: Iterable[Section]) -> list[Part]:
    """All parts of a page, from first to last."""
    return list(chain.from_iterable(section.parts() for section in sections))


def on_screen(parts: Iterable[Part], keys: Collection[str]) -> list[Part]:
    """Those that follow a held thumb and are seen.

    Args:
        parts: of a page.
        keys: of the elements that are on the screen.
    """
    return [part for part in parts if part.follows and part.key in keys]

"""A part of a page: one description for the drawn element and for its updates while a thumb is held."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Protocol

Make = Callable[[], Mapping[str, object]]
"""Makes all values of a part that depend on the brightness: a figure and its note, a text, bars, pixels."""


@dataclass(frozen=True, eq=False)
class Part:
    """One element of a page whose values depend on the brightness.

    A part computes nothing until it is made. So a list of parts describes a page before any layer is read.

    Attributes:
        key: of the element, in Python and in the browser.
        make: makes the values, as the element's component takes them.
        draw: draws the element, called with the key and the values.
        at_rest: makes the values in place of `make` when the page is drawn; for values that take too long to be made
            while a thumb is held.
        follows: whether the element changes while a thumb is held. False if its values do not depend on the amount, or
            if they are made only at the release.
        layer: name of the layer that the values are read from; empty if there is none.
    """

    key: str
    make: Make
    draw: Callable[..., None]
    at_rest: Make | None = None
    follows: bool = True
    layer: str = ""

    def made(self) -> Callable[[], None]:
        """Make the values now, and return a function that draws them."""
        return partial(self.draw, key=self.key, **self.made_values(is_at_rest=True))

    def made_values(self, *, is_at_rest: bool) -> Mapping[str, object]:
        """Make the values: those of a drawn page, or those while a thumb is held."""
        return (self.at_rest if is_at_rest and self.at_rest else self.make)()

    def show(self) -> None:
        """Make the values and draw the element in the current container."""
        self.made()()


class Section(Protocol):
    """Parts that belong together. `show` draws all of `parts`, and around them the elements that do not follow."""

    def parts(self) -> Sequence[Part]:
        """The parts. The list is a new one each time: a list in an attribute would be a cycle of references."""

    def show(self) -> None:
        """Draw the section."""


def parts_of(sections: Iterable[Section]) -> list[Part]:
    """All parts of a page, from first to last."""
    return list(chain.from_iterable(section.parts() for section in sections))


def on_screen(parts: Iterable[Part], keys: Collection[str]) -> list[Part]:
    """The parts that follow a held thumb and are on the screen.

    Args:
        parts: of a page.
        keys: of the elements on the screen.
    """
    return [part for part in parts if part.follows and part.key in keys]

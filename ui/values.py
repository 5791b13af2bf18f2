"""Plain values that pages work on: the picture, a held thumb, the open channel, the subject."""

from dataclasses import dataclass

from vizcore.arrays import ByteArray
from vizcore.edits.augmentation import Step
from vizcore.edits.brightness import Light
from vizcore.inputs.fitting import FITS
from vizcore.inputs.lens import PLAIN
from vizcore.networks.network import Entry
from vizcore.pictures.display import display_copy
from vizcore.pictures.photo import Picture
from vizcore.pictures.samples import SAMPLES

OWN = "own"  # stands in the address in place of a sample's name when the picture is the visitor's own


@dataclass(frozen=True)
class CurrentPicture:
    """The picture on all pages, without the pixels that no page shows.

    Attributes:
        key: name of the sample, or `OWN`.
        name: of the file, for files that are made of it.
        digest: SHA-256 of the file, which stands for the file in cache keys.
        notes: sentences about changes that opening the file made.
        size: width and height of the full resolution in pixels.
        pixels: (H, W, 3) uint8, the display copy, read-only. Everything on the pages is computed from it.
        data: bytes of the visitor's file, to get the full resolution again; empty for a sample.
        steps: the augmentation applied to the pixels. With steps, name, digest and size are those of the result.
        before: the picture before the steps; None if there are none.
    """

    key: str
    name: str
    digest: str
    notes: tuple[str, ...]
    size: tuple[int, int]
    pixels: ByteArray
    data: bytes
    steps: tuple[Step, ...] = ()
    before: "CurrentPicture | None" = None

    @property
    def original(self) -> "CurrentPicture":
        """The picture before the steps; this picture if there are none."""
        return self if self.before is None else self.before

    @property
    def title(self) -> str:
        """What pages call the picture: a sample by its title, the visitor's own by its file's name."""
        if self.is_own:
            return self.name
        return f"{SAMPLES[self.key].title}{', augmented' if self.steps else ''}"

    @property
    def is_own(self) -> bool:
        """Whether the picture is the visitor's own, not a sample."""
        return self.key == OWN


def current_picture(key: str, picture: Picture, *, data: bytes = b"") -> CurrentPicture:
    """Reduce an opened picture to what a session keeps: a display copy and, for the visitor's own, the file.

    Args:
        key: name of the sample, or `OWN`.
        picture: of full resolution.
        data: bytes of the visitor's file; empty for a sample.
    """
    pixels = display_copy(picture.pixels)
    pixels.flags.writeable = False
    height, width = picture.pixels.shape[:2]
    return CurrentPicture(key, picture.name, picture.digest, picture.notes, (width, height), pixels, data)


@dataclass(frozen=True)
class Drag:
    """A thumb that is held at this moment.

    Attributes:
        light: the brightness at the thumb. The light of record does not change until the thumb is released.
        charts: keys of the parts on the screen: only these need follow.
    """

    light: Light
    charts: frozenset[str]


@dataclass(frozen=True)
class OpenChannel:
    """One channel of one layer, shown large.

    Attributes:
        layer: name of the layer.
        channel: index of the channel.
        cell: row and column of one cell of the channel; None where none is chosen.
    """

    layer: str
    channel: int
    cell: tuple[int, int] | None = None


DEFAULT_FIT = next(iter(FITS))


@dataclass(frozen=True, eq=False)
class Subject:
    """A picture on its way into a network.

    Attributes:
        picture: the picture.
        entry: the network.
        fit: how the picture is fitted to the network's shape: a name in `vizcore.inputs.fitting.FITS`.
        lens: the lens applied to the fitted picture: a name in `vizcore.inputs.lens.LENSES`.
        chosen_interpolation: a name in `vizcore.inputs.interpolation.INTERPOLATIONS`; None for the network's own.
    """

    picture: CurrentPicture
    entry: Entry
    fit: str = DEFAULT_FIT
    lens: str = PLAIN
    chosen_interpolation: str | None = None

    @property
    def interpolation(self) -> str:
        """How the picture is resized: a name in `vizcore.inputs.interpolation.INTERPOLATIONS`."""
        return self.entry.interpolation if self.chosen_interpolation is None else self.chosen_interpolation

    @property
    def key(self) -> str:
        """A text that is the same for two subjects if a network gives both the same output.

        The digest stands for the pixels.
        """
        entry, digest = self.entry, self.picture.digest
        way = (self.fit, self.lens, self.interpolation)
        return repr((entry.name, entry.version, entry.value_range, digest, *way))

"""What a page works on, as plain values: the picture, a thumb that is held, the open channel, the subject."""

from dataclasses import dataclass

from vizcore.arrays import ByteArray
from vizcore.edits.augmentation import Step
from vizcore.edits.brightness import Light
from vizcore.inputs.fitting import FITS
from vizcore.inputs.lens import PLAIN
from vizcore.networks.network import Entry
from vizcore.pictures.display import display_copy
from vizcore.pictures.photo import Picture

OWN = "own"  # what the address says instead of a sample's name when the picture is the visitor's


@dataclass(frozen=True)
class CurrentPicture:
    """The picture on all pages, without the pixels that no page shows.

    Attributes:
        key: name of the sample, or `OWN`.
        name: what to call it.
        digest: sha256 of the file, a text that stands for it in cache keys.
        notes: what was done on the way in.
        size: width and height of the full resolution in pixels.
        pixels: (H, W, 3) uint8, the display copy, read-only. Everything on the pages is computed from it.
        data: the visitor's file, to get the full resolution again; empty for a sample.
        steps: the augmentation that the pixels have gone through. Name, digest and size are those of the result then.
        before: the picture before the steps, where there are any.
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
        """The picture before the steps, which is this one where there are none."""
        return self if self.before is None else self.before

    @property
    def is_own(self) -> bool:
        """Whether it is the visitor's own, and no sample."""
        return self.key == OWN


def current_picture(key: str, picture: Picture, *, data: bytes = b"") -> CurrentPicture:
    """What is kept of a picture that was opened: a display copy and, for the visitor's own, the file."""
    pixels = display_copy(picture.pixels)
    pixels.flags.writeable = False
    height, width = picture.pixels.shape[:2]
    return CurrentPicture(key, picture.name, picture.digest, picture.notes, (width, height), pixels, data)


@dataclass(frozen=True)
class Drag:
    """A thumb that is held at this moment.

    Attributes:
        light: where it is. The light of record stays where it was until the thumb is released.
        charts: keys of the charts that are on the screen: no others need follow.
    """

    light: Light
    charts: frozenset[str]


@dataclass(frozen=True)
class OpenChannel:
    """One channel of one layer, shown large."""

    layer: str
    channel: int


DEFAULT_FIT = next(iter(FITS))


@dataclass(frozen=True, eq=False)
class Subject:
    """A picture on its way into a network.

    Attributes:
        picture: the picture.
        entry: the network.
        fit: how the picture takes the network's shape: a name in `vizcore.inputs.fitting.FITS`.
        lens: what is done to it then: a name in `vizcore.inputs.lens.LENSES`.
    """

    picture: CurrentPicture
    entry: Entry
    fit: str = DEFAULT_FIT
    lens: str = PLAIN

    @property
    def key(self) -> str:
        """All that matters to a network, in a text: the digest stands for the pixels."""
        entry = self.entry
        return repr((entry.name, entry.version, entry.value_range, self.picture.digest, self.fit, self.lens))

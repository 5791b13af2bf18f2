"""What a page looks at: a picture on its way into a network."""

from dataclasses import dataclass

from ui.state import CurrentPicture
from vizcore.inputs.fitting import FITS
from vizcore.inputs.lens import PLAIN
from vizcore.networks.catalogue import Entry

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

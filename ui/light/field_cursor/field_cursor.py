"""Component: the field of the cell under the pointer, on the picture in the sidebar."""

from collections.abc import Iterable
from pathlib import Path

from ui.cached import units as cached_units
from ui.parts.component import component
from ui.values import Subject
from vizcore.networks.network import Network

_field_cursor = component("field_cursor", Path(__file__).parent)


def field_cursor(subject: Subject, network: Network, layer_names: Iterable[str]) -> None:
    """Let every chart of these layers show on the picture what the cell under the pointer sees.

    Args:
        subject: the picture and how it becomes the network's input.
        network: the network.
        layer_names: of the layers on the page that have maps. A layer whose fields are no lattice is left out.
    """
    height, width = subject.picture.pixels.shape[:2]
    layers = {}
    for name in layer_names:
        found = cached_units.fields_on_picture(subject, network, name, None)
        if found is not None:
            layers[name] = {"rows": found.rows, "columns": found.columns}
    _field_cursor(key="field-cursor", height=1, data={"size": [height, width], "layers": layers})

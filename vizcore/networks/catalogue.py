"""The networks in the order of the list. Importing this does not import Keras."""

from collections.abc import Mapping
from types import MappingProxyType

from vizcore.networks import pretrained
from vizcore.networks.entries import imagenet, own_file, trained_tutorial, untrained_tutorial
from vizcore.networks.network import Entry
from vizcore.settings import settings


def entries() -> Mapping[str, Entry]:
    """All networks by name, the default first."""
    listed: list[Entry] = [trained_tutorial(), untrained_tutorial()]
    listed += [imagenet(network) for network in pretrained.offered().values()]
    model = settings().model
    if model is not None:
        listed.append(own_file(model))
    return MappingProxyType({entry.name: entry for entry in listed})

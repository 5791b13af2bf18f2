"""The networks in the order of the list. Importing this does not import Keras."""

from collections.abc import Mapping
from types import MappingProxyType

from vizcore.networks import pretrained
from vizcore.networks.entries import imagenet, own_file, trained_tutorial, untrained_tutorial
from vizcore.networks.network import Entry
from vizcore.networks.shipped import CIFAR10_BRIGHTENED
from vizcore.settings import settings


def entries() -> Mapping[str, Entry]:
    """All networks by name, the default first."""
    model = settings().model
    # Who starts the app with a model of their own wants to see it.
    listed: list[Entry] = [] if model is None else [own_file(model)]
    listed += [trained_tutorial(), trained_tutorial(CIFAR10_BRIGHTENED), untrained_tutorial()]
    listed += [imagenet(network) for network in pretrained.offered().values()]
    return MappingProxyType({entry.name: entry for entry in listed})

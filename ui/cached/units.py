"""One channel of a network: what does not depend on the picture is computed once.

The modules that compute it import Keras, so they are imported when a network is there.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ui.cached import light as cached_light
from ui.cached.networks import network_of
from ui.values import Subject
from vizcore.activations.interface import Objective
from vizcore.arrays import FloatArray
from vizcore.edits.brightness import Light
from vizcore.errors import VizcoreError
from vizcore.networks.network import Network
from vizcore.units.effective_field import EffectiveField, effective_field
from vizcore.units.on_picture import OnPicture

if TYPE_CHECKING:
    from vizcore.activations.graph import FedLayer, Unrolled
    from vizcore.units.kernels import Kernel
    from vizcore.units.listeners import Audience
    from vizcore.units.receptive_field import Field, Lattice, ReceptiveFields
    from vizcore.units.terms import CellArithmetic
    from vizcore.units.walk import Walk


_COLOURS = 3


@st.cache_resource(max_entries=3, show_spinner=False)
def _fields(name: str, version: str, _network: Network) -> "ReceptiveFields":
    from vizcore.units.receptive_field import fields

    traced = _network.traced
    return fields(traced.model, input_size=traced.input_shape[:2])


@st.cache_resource(max_entries=256, show_spinner=False)
def _lattice(name: str, version: str, layer: str, channel: int | None, _network: Network) -> "Lattice | None":
    return _fields(name, version, _network).lattice(layer, channel)


def fields_on_picture(subject: Subject, network: Network, layer: str, channel: int | None) -> "Lattice | None":
    """The receptive fields of all cells, in pixels of the picture. Padding is in pixels of the network's input.

    Args:
        subject: the picture and how it becomes the network's input.
        network: the network.
        layer: name of the layer.
        channel: index of the channel; None for what all channels see together.

    Returns:
        None where the fields are no lattice.
    """
    found = _lattice(network.entry.name, network.entry.version, layer, channel, network)
    if found is None:
        return None
    way = _way_back(subject, network)
    return replace(found, rows=tuple(map(way.rows, found.rows)), columns=tuple(map(way.columns, found.columns)))


def field_on_picture(subject: Subject, network: Network, layer: str, channel: int, cell: tuple[int, int]) -> "Field":
    """The receptive field of one cell, in pixels of the picture; see `fields_on_picture`."""
    found = _fields(network.entry.name, network.entry.version, network).of(layer, *cell, channel)
    way = _way_back(subject, network)
    return replace(found, rows=way.rows(found.rows), columns=way.columns(found.columns))


def _key(value: Subject | Light) -> str:
    return value.key


@st.cache_data(max_entries=64, max_size="8mb", show_spinner=False, hash_funcs={Subject: _key, Light: _key})
def effective(subject: Subject, light: Light, layer: str, channel: int, cell: tuple[int, int]) -> EffectiveField:
    """How much each pixel of the network's input changes a cell; see `vizcore.units.effective_field`.

    Raises:
        VizcoreError: the layer's derivative cannot be computed.
    """
    network = network_of(subject.entry)
    place = None if len(_shape(network, layer)) == 1 else cell
    batch = cached_light.given(subject, light)[np.newaxis]
    gradient = network.traced.gradient(batch, Objective(layer, channel, place))
    return effective_field(
        gradient, _fields(network.entry.name, network.entry.version, network).of(layer, *cell, channel)
    )


def _shape(network: Network, layer: str) -> tuple[int, ...]:
    return next(each.shape for each in network.traced.layers if each.name == layer)


def _way_back(subject: Subject, network: Network) -> OnPicture:
    sizes = subject.picture.pixels.shape[:2], network.traced.input_shape[:2]
    return OnPicture(*sizes, fit=subject.fit, interpolation=subject.interpolation)


def fed_layer(network: Network, layer: str) -> "FedLayer":
    """A layer with the layers that feed it.

    Raises:
        VizcoreError: what feeds it cannot be read.
    """
    from vizcore.activations import graph

    return graph.fed_layer(network.traced.model, layer)


def kernel(network: Network, layer: str, channel: int) -> "Kernel":
    """The kernel of a channel; see `vizcore.units.kernels.kernel_of`.

    Raises:
        VizcoreError: the layer has no kernel that can be shown.
    """
    from vizcore.units import kernels

    return kernels.kernel_of(fed_layer(network, layer), channel)


@st.cache_resource(max_entries=16, show_spinner=False)
def _kernels(name: str, version: str, layer: str, _network: Network) -> FloatArray:
    from vizcore.units import kernels

    fed = fed_layer(_network, layer)
    found = kernels.all_kernels(fed)
    if len(found[0].inputs) == _COLOURS and not fed.sources[0]:
        return np.stack([each.values for each in found], axis=-1).astype(np.float32)
    return np.stack([each.values.sum(axis=2, keepdims=True) for each in found], axis=-1).astype(np.float32)


def kernels_of_layer(network: Network, layer: str) -> FloatArray:
    """The kernels of a layer as pictures: (kh, kw, 3, C) float32 in colours where it takes the picture itself; else
    (kh, kw, 1, C), each summed over its input channels.

    Raises:
        VizcoreError: the layer has no kernels that can be shown.
    """
    return _kernels(network.entry.name, network.entry.version, layer, network)


@st.cache_resource(max_entries=256, show_spinner=False)
def _audience(name: str, version: str, layer: str, channel: int, _network: Network) -> "Audience":
    from vizcore.units import listeners

    return listeners.audience(_graph(name, version, _network), layer, channel)


@st.cache_resource(max_entries=3, show_spinner=False)
def _graph(name: str, version: str, _network: Network) -> "Unrolled":
    from vizcore.activations.graph import unrolled

    return unrolled(_network.traced.model, input_size=_network.traced.input_shape[:2])


def audience(network: Network, layer: str, channel: int) -> "Audience":
    """Who listens to a channel; see `vizcore.units.listeners.audience`."""
    return _audience(network.entry.name, network.entry.version, layer, channel, network)


@st.cache_resource(max_entries=256, show_spinner=False)
def _way(name: str, version: str, layer: str, _network: Network) -> tuple[str, ...]:
    found: list[str] = []
    open_names = [layer]
    while open_names:
        here = open_names.pop()
        if not here or here in found:
            continue
        found.append(here)
        try:
            open_names += fed_layer(_network, here).sources
        except VizcoreError:
            # What feeds this layer cannot be read: the way ends here.
            continue
    return tuple(each.name for each in _network.traced.layers if each.name in found)


def way_to(network: Network, layer: str) -> tuple[str, ...]:
    """The layers that a layer depends on, itself among them, in the order of the network."""
    return _way(network.entry.name, network.entry.version, layer, network)


@st.cache_resource(max_entries=64, show_spinner=False)
def _walk(
    name: str, version: str, channel: int, layer: str, _fed: "FedLayer", _activations: Mapping[str, FloatArray]
) -> "Walk | None":
    from vizcore.units import walk

    return walk.walk(_fed, channel, _activations)


def moving_window(
    network: Network, fed: "FedLayer", channel: int, activations: Mapping[str, FloatArray]
) -> "Walk | None":
    """The window that makes every cell of a channel; None where its cells share no kernel.

    Args:
        network: the network.
        fed: the layer.
        channel: index of the channel.
        activations: of the layer and of those that feed it. Only their shapes matter.

    Raises:
        VizcoreError: the arithmetic of this layer is not shown.
    """
    return _walk(network.entry.name, network.entry.version, channel, fed.name, fed, activations)


def arithmetic(fed: "FedLayer", cell: tuple[int, int, int], activations: Mapping[str, FloatArray]) -> "CellArithmetic":
    """The terms of one cell; see `vizcore.units.arithmetic.arithmetic`."""
    from vizcore.units import arithmetic as units

    return units.arithmetic(fed, cell, activations)

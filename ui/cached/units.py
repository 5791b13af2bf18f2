"""One channel of a network: what does not depend on the picture is computed once.

The modules that compute it import Keras, so they are imported when a network is there.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from ui.values import Subject
from vizcore.arrays import FloatArray
from vizcore.networks.network import Network
from vizcore.units.on_picture import OnPicture

if TYPE_CHECKING:
    from vizcore.activations.graph import FedLayer
    from vizcore.units.receptive_field import Field, Lattice, ReceptiveFields
    from vizcore.units.terms import CellArithmetic
    from vizcore.units.walk import Walk


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

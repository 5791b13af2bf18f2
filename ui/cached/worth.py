"""What channels are worth, and which layers and channels carry the light: answers of continued networks, kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from ui.cached import light as cached_light
from ui.cached.networks import network_of
from ui.values import Subject
from vizcore.arrays import FloatArray
from vizcore.edits.brightness import UNEDITED, Kind, Light
from vizcore.errors import VizcoreError
from vizcore.light import effects as light_effects
from vizcore.light.effects import Effect
from vizcore.light.winners import Winners
from vizcore.networks.network import Network
from vizcore.units.answers import decision
from vizcore.units.held import HeldNetwork
from vizcore.units.patching import Patching, patching
from vizcore.units.worth import Worth, worth


def _key(value: Subject | Light) -> str:
    return value.key


def _name(kind: Kind) -> str:
    return kind.name


@dataclass(frozen=True, eq=False)
class Carried:
    """What a layer carries of the light.

    Attributes:
        patching: of the layer.
        most_changed: the channel that the edit changes most, by the sum of its changes over all cells.
    """

    patching: Patching
    most_changed: int


def leads_to_answer(network: Network, layer: str) -> bool:
    """Whether a way leads from a layer to the network's answer."""
    try:
        network.traced.behind(layer, network.answer)
    except VizcoreError:
        return False
    return True


@st.cache_data(max_entries=64, max_size="48mb", show_spinner=False, hash_funcs={Subject: _key, Light: _key})
def held(subject: Subject, layer: str, light: Light, hold: str, channel: int | None) -> Worth:
    """The answers while channels of a layer are held, one after the other.

    Args:
        subject: the picture and the network.
        layer: name of the layer.
        light: the brightness of the picture.
        hold: a name in `vizcore.units.worth.HOLDS`.
        channel: the only one that is held; None for all of them.

    Raises:
        VizcoreError: the network has no classes, or no way leads from the layer to its answer.
    """
    network = network_of(subject.entry)
    behind = network.traced.behind(layer, network.answer)
    return worth(
        behind,
        behind.midway(_batch(subject, light)),
        hold=hold,
        answer_kind=network.answer_kind,
        original=behind.midway(_batch(subject, UNEDITED)) if hold == "unedited" else None,
        channels=None if channel is None else np.array([channel]),
    )


# Winners hold the formulas of their kind, which `st.cache_data` cannot pickle. They are never changed.
@st.cache_resource(max_entries=128, show_spinner=False, hash_funcs={Subject: _key, Kind: _name})
def held_winners(subject: Subject, kind: Kind, layer: str, channel: int, hold: str, num_levels: int) -> Winners:
    """The winning class over a kind of brightness while a channel is held, and the amounts at which it changes.

    Args:
        subject: the picture and the network.
        kind: the kind of brightness.
        layer: name of the layer.
        channel: number of the channel.
        hold: a name in `vizcore.units.worth.HOLDS`.
        num_levels: number of amounts that are tried.

    Raises:
        VizcoreError: the network has no classes, or no way leads from the layer to its answer.
    """
    network = network_of(subject.entry)
    behind = network.traced.behind(layer, network.answer)
    answer = next(each for each in network.traced.layers if each.name == network.answer)
    original = behind.midway(_batch(subject, UNEDITED)) if hold == "unedited" else None
    passage = replace(cached_light.passage_of(subject), answering=HeldNetwork(behind, answer, channel, hold, original))
    return passage.winners(network.answer, kind, answer_kind=network.answer_kind, num_levels=num_levels)


@st.cache_data(max_entries=256, max_size="24mb", show_spinner=False, hash_funcs={Subject: _key, Light: _key})
def carried(subject: Subject, layer: str, light: Light, by_channel: bool) -> Carried:
    """What a layer carries of the light, and each of its channels if `by_channel`.

    Raises:
        VizcoreError: the network has no classes, or no way leads from the layer to its answer.
    """
    network = network_of(subject.entry)
    batches = [_batch(subject, each) for each in (UNEDITED, light)]
    before, after = (network.traced.read(batch, [network.answer])[network.answer] for batch in batches)
    measured = decision(before, after, answer_kind=network.answer_kind)
    behind = network.traced.behind(layer, network.answer)
    unedited, edited = (behind.midway(batch) for batch in batches)
    changes = np.nan_to_num(np.abs(edited.activation.astype(np.float64) - unedited.activation))
    most_changed = int(changes.reshape(-1, changes.shape[-1]).sum(axis=0).argmax())
    return Carried(patching(behind, unedited, edited, measured, by_channel=by_channel), most_changed)


@st.cache_data(max_entries=64, max_size="8mb", show_spinner=False, hash_funcs={Subject: _key, Light: _key})
def means(subject: Subject, layers: Sequence[str], light: Light) -> Mapping[str, FloatArray]:
    """Layer name → (C,) the mean activation of each channel at a brightness."""
    traced = network_of(subject.entry).traced
    return {name: found.mean[0] for name, found in traced.summarise_many(_batch(subject, light), layers).items()}


def effects(subject: Subject, layers: Sequence[str], light: Light) -> Mapping[str, Sequence[Effect]]:
    """Layer name → what an edit did to each channel, in words.

    Raises:
        VizcoreError: a channel's mean is not finite.
    """
    before, after = (means(subject, layers, each) for each in (UNEDITED, light))
    return {name: light_effects.effects(before[name], after[name]) for name in before}


def _batch(subject: Subject, light: Light) -> FloatArray:
    batch: FloatArray = cached_light.given(subject, light)[np.newaxis]
    return batch

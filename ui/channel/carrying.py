"""Which layers and channels carry the light, and what it did to the channels of every layer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import streamlit as st

from ui.cached import worth as cached_worth
from ui.channel.bars_view.bars_view import Row, bars_view
from ui.channel.ranking import Ranking, about_too_many, is_ranked, noun_of, ranked_rows, share_of_bar, written
from ui.channel.section import OfChannel
from ui.guard import as_text, sentence_here
from ui.parts.part import Part
from ui.parts.words.words import Words, words
from vizcore.activations.layer import LayerInfo
from vizcore.figures.chart import number_texts
from vizcore.light.effects import LARGE, Effect
from vizcore.numbers import with_minus_signs

_MOST_LAYERS = 12
_DID = MappingProxyType(
    {
        Effect.WOKE: "woke",
        Effect.FELL_SILENT: "fell silent",
        Effect.EXCITED: "was excited",
        Effect.INHIBITED: "was inhibited",
        Effect.STEADY: "is steady",
    }
)
_NEUTRAL = "Nothing is edited, so there is no light to carry. Move the brightness."
_NO_WAY = "Both answers are equal in this measure, up to rounding: there is no way back to share out."


@dataclass(frozen=True, eq=False)
class Carrying(OfChannel):
    """The part of a section that is about the edit of the picture.

    Attributes:
        refusal: why no answer can be measured behind the layer; empty if one can.
    """

    refusal: str

    def parts(self) -> list[Part]:
        """The layers, the channels of this layer, the controls, and what the light did to this channel."""
        network = self.layers.network
        follow, name = network.is_small, self.layer.name
        effect = Part("worth-effect", self._effect, words, follows=follow, layer=name)
        if self.refusal:
            return [effect]
        by_channel = f"Each {noun_of(self.layer)} of {name} alone"
        return [
            Part("worth-layers", self._by_layer, partial(_draw, title="Each layer as a whole"), follows=follow),
            Part("worth-channels", self._by_channel, partial(_draw, title=by_channel), follows=follow, layer=name),
            Part("worth-controls", self._controls, words, follows=follow, layer=name),
            effect,
        ]

    def show(self) -> None:
        """Draw them, and how many channels of each layer had which effect."""
        *carrying, effect = self.parts()
        if carrying:
            self._show_carrying(carrying)
        st.subheader("What the light did to the channels", anchor=False)
        with sentence_here(self.layer.name):
            effect.show()
            if not self._is_neutral:
                self._show_counts()

    def _show_carrying(self, parts: Sequence[Part]) -> None:
        st.subheader(
            "Which layers and channels carry the light",
            anchor=False,
            help="A layer of the edited picture gets the values that it has for the unedited one, and the layers "
            "behind are computed again. 0: the answer stays that of the edited picture. 1: it is that of the unedited "
            "one.",
        )
        with sentence_here(self.layer.name):
            with st.spinner("Layers are patched one after the other …", show_time=True):
                layers, channels, controls = (part.made() for part in parts)
            left, right = st.columns(2, gap="medium")
            with left:
                layers()
                controls()
            with right:
                channels()

    @property
    def _is_neutral(self) -> bool:
        return self.layers.light == self.layers.light.kind.neutral

    def _carried(self, layer: str, *, by_channel: bool = False) -> cached_worth.Carried:
        return cached_worth.carried(self.layers.subject, layer, self.layers.light, by_channel)

    def _by_layer(self) -> Ranking:
        if self._is_neutral:
            return Ranking(rows=[], note=_NEUTRAL)
        network = self.layers.network
        shown = patched_layers(network.traced.layers, self.layer)
        reaching = [layer for layer in shown if cached_worth.leads_to_answer(network, layer.name)]
        rows: list[Row] = []
        for layer in reaching:
            found = self._carried(layer.name)
            if found.patching.whole is None:
                return Ranking(rows=[], note=_NO_WAY)
            row = Row(
                name=layer.name,
                number=written(found.patching.whole),
                share=share_of_bar(found.patching.whole),
                target={"layer": layer.name, "channel": found.most_changed},
                title=f"Opens {noun_of(layer)} {found.most_changed}, which the edit changes most",
                here=layer.name == self.layer.name,
            )
            rows.append(row)
        number = len(network.traced.layers)
        if len(shown) < number:
            return Ranking(rows=rows, note=f"{len(rows)} of {number} layers, from first to last.")
        is_chain = all(self._carried(layer.name).patching.is_cut for layer in reaching)
        return Ranking(rows=rows, note="All light goes through each of these layers." if is_chain else "")

    def _by_channel(self) -> Ranking:
        if self._is_neutral:
            return Ranking(rows=[], note="")
        if not is_ranked(self.layer):
            return Ranking(rows=[], note=about_too_many(self.layer))
        shares = self._carried(self.layer.name, by_channel=True).patching.channels
        known = [share for share in shares if share is not None]
        if len(known) < len(shares):
            return Ranking(rows=[], note="")
        longest = max([1.0, *map(abs, known)])
        rows = ranked_rows(self.layer, known, self.opened.channel, longest=longest)
        return Ranking(rows=rows, note="Together they need not give the share of the layer.")

    def _controls(self) -> Words:
        if self._is_neutral:
            return Words(text="", rows=[])
        found = self._carried(self.layer.name).patching
        if found.nothing is None:
            return Words(text="", rows=[])
        rows = [("Patch nothing", _exactly(found.nothing)), ("Patch the whole layer", _exactly(found.whole))]
        if not found.is_cut:
            rows.append(("Patch it and what leads past it", _exactly(found.with_bypass)))
        return Words(text=found.about_bypass or "Two controls of this layer: exactly 0 and exactly 1.", rows=rows)

    def _effect(self) -> Words:
        name, channel = self.layer.name, self.opened.channel
        if self._is_neutral:
            return Words(text="Nothing is edited, so no channel woke or fell silent.", rows=[])
        subject, light = self.layers.subject, self.layers.light
        effect = cached_worth.effects(subject, (name,), light)[name][channel]
        sides = (light.kind.neutral, light)
        before, after = (float(cached_worth.means(subject, (name,), each)[name][channel]) for each in sides)
        first, second = number_texts([before, after])
        mean = "mean" if self.layer.is_spatial else "value"
        return Words(text=f"{name} · {channel} {_DID[effect]}: its {mean} goes from {first} to {second}.", rows=[])

    def _show_counts(self) -> None:
        names = tuple(layer.name for layer in self.layers.network.traced.layers)
        found = cached_worth.effects(self.layers.subject, names, self.layers.light)
        with st.container(height=360 if len(names) > _MOST_LAYERS else "content", border=False):
            st.table(counts(found), width="content")
        st.caption(
            "Number of channels. Woke: the mean was 0 and is not. Fell silent: the other way. Excited, inhibited: it "
            f"rose or fell by {LARGE:.0%} or more."
        )


def counts(effects: Mapping[str, Sequence[Effect]]) -> dict[str, list[str]]:
    """A table of layers: how many of their channels had each effect. Those that are steady are left out."""
    told = [effect for effect in Effect if effect is not Effect.STEADY]
    columns = {effect.value: [str(words.count(effect)) for words in effects.values()] for effect in told}
    return {"layer": [as_text(name) for name in effects], **columns}


def patched_layers(layers: Sequence[LayerInfo], here: LayerInfo) -> list[LayerInfo]:
    """The layers that are patched, in the network's order: all of a few, else some of equal distance, and one more.

    Args:
        layers: of the network.
        here: the one that is always among them.
    """
    if len(layers) <= _MOST_LAYERS:
        return list(layers)
    last = len(layers) - 1
    places = {round(step * last / (_MOST_LAYERS - 1)) for step in range(_MOST_LAYERS)} | {layers.index(here)}
    return [layers[place] for place in sorted(places)]


def _draw(rows: Sequence[Row], *, key: str, title: str, note: str) -> None:
    bars_view(key=key, title=title, rows=rows, note=note, one_sided=all(row["share"] >= 0 for row in rows))


def _exactly(share: float | None) -> str:
    """A share as text. Only exactly 0 and exactly 1 become "0" and "1"."""
    if share is None:
        return "–"
    short = written(share, digits=4)
    return with_minus_signs(repr(share)) if short in ("0", "1") and float(short) != share else short

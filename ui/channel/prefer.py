"""What a channel prefers: its strongest patches of the sample pictures, and pictures that climbs have found."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from ui.cached import climbs as cached_climbs
from ui.cached.jobs import climb_queue, last_visit
from ui.cached.networks import network_of
from ui.channel.ranking import noun_of, written
from ui.channel.section import OfChannel
from ui.guard import as_text, sentence_here
from ui.jobs.climbing import ClimbJob, Question
from ui.parts.download import download
from ui.parts.job_progress import show_progress
from ui.parts.part import Part
from ui.parts.picture_row import picture_row
from ui.session.choices import choice_of, choose
from ui.session.climbs import climb_of, keep_climb, running_climb
from ui.session.screen import is_narrow
from ui.session.streamlit_internals import is_connected, session_id
from ui.values import Subject
from vizcore.activations.interface import Objective
from vizcore.edits.brightness import Light
from vizcore.errors import VizcoreError
from vizcore.figures.colours import colour_table
from vizcore.figures.file_names import file_stem
from vizcore.inputs.lens import PLAIN
from vizcore.maps.scales import HIGHEST_LEVEL
from vizcore.pictures.display import encode_png
from vizcore.units.maximisation import ACCENTUATION, Climb, Preferred

_OPEN = "patches"
_SECONDS_BETWEEN_LOOKS = 0.4
_PATCH, _PICTURE, _ON_PHONES = 128, 160, 108
"""Pixels of width on the page: a row at 1280 pixels holds six patches, or three pictures beside two; a row on a phone
three of either."""
_COLOURS = "magma"
_OF_SMALL, _OF_DEEP = Climb(), Climb(steps=64, constrained=True, crops=2)


@dataclass(frozen=True, eq=False)
class WhatItPrefers(OfChannel):
    """The section."""

    def parts(self) -> list[Part]:
        """None that follows a held thumb: a climb is asked for."""
        return []

    def show(self) -> None:
        """Draw the patches, the pictures that were found, and the buttons that begin a search."""
        st.header("What it prefers", anchor=False)
        if self.layers.subject.lens != PLAIN:
            st.caption("Here every picture goes in without the standardisation.")
        with sentence_here(self.layer.name):
            self._show_patches()
        reason = self.layers.network.traced.without_derivative.get(self.layer.name)
        if reason is not None:
            st.caption(as_text(f"No gradient of “{self.layer.name}” can be climbed, because {reason}."))
            return
        self._show_climbs()

    # --- patches

    def _show_patches(self) -> None:
        st.subheader(
            "Strongest patches of the sample pictures",
            anchor=False,
            help="What the cell with the largest value sees of each picture, and this value.",
        )
        if not self.layers.network.is_small:
            choose(st.toggle, "Find them", key=_OPEN, first=False, help="A pass for each of the sample pictures.")
        if not self._has_peaks:
            return
        patches = self._on_samples.patches
        if not patches:
            st.caption(f"The {noun_of(self.layer)} has one value all over each sample picture: nothing stands out.")
            return
        picture_row(
            [patch.pixels for patch in patches],
            [f"{written(patch.value)} · {patch.key}" for patch in patches],
            key="strongest-patches",
            width=_ON_PHONES if is_narrow() else _PATCH,
        )

    @property
    def _has_peaks(self) -> bool:
        return self.layers.network.is_small or choice_of(_OPEN, default=False)

    @property
    def _on_samples(self) -> cached_climbs.OnSamples:
        subject, network = self.layers.subject, self.layers.network
        return cached_climbs.on_samples(subject, self.layer.name, self.opened.channel, network)

    # --- climbs

    def _show_climbs(self) -> None:
        running = running_climb()
        if running is not None:
            st.fragment(_watch, run_every=_SECONDS_BETWEEN_LOOKS)(running)
        found, accentuated = (climb_of(each.key) for each in (self._from_noise, self._from_picture))
        left, right = st.columns([3, 2], gap="medium")
        with left:
            st.subheader(
                "Pictures that climb its gradient",
                anchor=False,
                help=f"They begin as noise. Each step changes all pixels so that the {self._number} of the "
                f"{noun_of(self.layer)} rises.",
            )
            self._offer(self._from_noise, found, "Find three pictures", is_busy=running is not None)
            if found is not None:
                self._show_found(found)
        with right:
            st.subheader(
                "This picture, accentuated",
                anchor=False,
                help=f"A few such steps from the edited picture: what the {noun_of(self.layer)} finds in it grows.",
            )
            self._offer(self._from_picture, accentuated, "Accentuate it", is_busy=running is not None)
            if accentuated is not None:
                self._show_accentuated(accentuated)

    def _offer(self, question: Question, job: ClimbJob | None, label: str, *, is_busy: bool) -> None:
        """The button, unless the answer is there."""
        if job is not None and job.finished and job.result and not job.stopped:
            return
        if job is not None and job.error is not None:
            st.error(as_text(job.error), icon=":material/error:")
        is_of_picture = question.climb == ACCENTUATION
        objective = Objective(self.layer.name, self.opened.channel)
        st.button(
            label,
            icon=":material/landscape:",
            key=f"climb-{'picture' if is_of_picture else 'noise'}",
            # No method: Streamlit keeps what a callback holds, and would keep the network; see `network_of`.
            on_click=_begin,
            args=(question, objective, self.layers.subject, self.layers.light if is_of_picture else None),
            disabled=is_busy,
        )

    @property
    def _title(self) -> str:
        return f"{self.layer.name} · {self.opened.channel}"

    @property
    def _from_noise(self) -> Question:
        entry = self.layers.subject.entry
        climb = _OF_SMALL if self.layers.network.is_small else _OF_DEEP
        parts = entry.name, entry.version, entry.value_range, self.layer.name, self.opened.channel, climb
        return Question(repr(parts), self._title, climb)

    @property
    def _from_picture(self) -> Question:
        way = cached_climbs.way(self.layers.subject)
        parts = self.layers.subject.picture.digest, way, self.layers.light.key
        return Question(repr((*parts, self.layer.name, self.opened.channel, ACCENTUATION)), self._title, ACCENTUATION)

    def _show_found(self, job: ClimbJob) -> None:
        if not job.result:
            return
        width = _ON_PHONES if is_narrow() else _PICTURE
        picture_row(
            [each.pixels for each in job.result],
            [self._reached(each) for each in job.result],
            key="climbed",
            width=width,
        )
        maps = [each.importance for each in job.result if each.importance is not None]
        if maps:
            colours = colour_table(_COLOURS)
            picture_row(
                [colours[np.rint(each * HIGHEST_LEVEL).astype(np.uint8)] for each in maps],
                ["what counts"] * len(maps),
                key="importance",
                width=width,
            )
        self._offer_files(job.result, "prefers")
        if not self._has_peaks:
            return
        largest, key = self._on_samples.mean, self._on_samples.mean_of
        if largest is None:
            return
        best = max(each.value for each in job.result)
        st.markdown(
            f"The largest {self._number} on a sample picture is **{written(largest)}** ({as_text(key)})."
            + ("" if best >= largest else " No picture that was found reaches it.")
        )

    def _show_accentuated(self, job: ClimbJob) -> None:
        if not job.result:
            return
        (found,) = job.result
        levels = cached_climbs.levels(self.layers.subject, self.layers.light, self.layers.network)
        pixels = np.repeat(np.rint(levels).astype(np.uint8), 3 // levels.shape[2], axis=2)
        picture_row(
            [pixels, found.pixels],
            [f"before: {self._number} {written(found.before)}", f"after: {self._reached(found)}"],
            key="accentuated",
            width=_PICTURE,
        )
        self._offer_files(job.result, "accentuated")

    def _offer_files(self, found: Sequence[Preferred], what: str) -> None:
        """Buttons that save what was found: the pixels side by side, and the pixels with their numbers."""
        subject = self.layers.subject
        picture = () if what == "prefers" else (subject.picture.name.rpartition(".")[0], self.layers.light.written)
        apart = (self._from_noise if what == "prefers" else self._from_picture).key
        shown = (subject.entry.label, *picture, self.layer.name, str(self.opened.channel), what)
        name = file_stem(shown, apart=(apart,))
        with st.container(horizontal=True, gap="small"):
            for ending, mime, make in (("png", "image/png", _png), ("npz", "application/octet-stream", _npz)):
                data = partial(make, tuple(found))
                download(ending.upper(), data=data, file_name=f"{name}.{ending}", mime=mime, key=f"{what}-{ending}")

    @property
    def _number(self) -> str:
        return "mean" if self.layer.is_spatial else "value"

    def _reached(self, found: Preferred) -> str:
        return f"{self._number} {written(found.value)}"


def _begin(question: Question, objective: Objective, subject: Subject, light: Light | None) -> None:
    """Begin a climb from noise, or with a light from the edited picture. A visitor has one at a time."""
    if running_climb() is not None:
        return
    try:
        network = network_of(subject.entry)
        levels = None if light is None else cached_climbs.levels(subject, light, network)
    except VizcoreError:
        # The page, which is drawn next, says it.
        return
    search = cached_climbs.search(question, network, objective, levels)
    job = ClimbJob(question, search, is_there=partial(is_connected, session_id()), last_visit=last_visit)
    keep_climb(job)
    climb_queue().add(job)


def _png(found: Sequence[Preferred]) -> bytes:
    return encode_png(np.hstack([each.pixels for each in found]))


def _npz(found: Sequence[Preferred]) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        pixels=np.stack([each.pixels for each in found]),
        value=np.array([each.value for each in found]),
        before=np.array([each.before for each in found]),
    )
    return buffer.getvalue()


def _watch(job: ClimbJob) -> None:
    if job.finished:
        st.rerun()
    show_progress(job, climb_queue(), noun="search")

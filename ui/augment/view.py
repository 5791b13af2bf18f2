"""The Augment page except its layers: both pictures, the network's answers, random versions, download."""

from functools import partial
from pathlib import PurePath

import streamlit as st

from ui.cached import light as cached_light
from ui.cached import pictures as cached_pictures
from ui.cached.outputs import Activations
from ui.light import answer
from ui.parts.code_opening import SMALLER, opening
from ui.parts.download import download
from ui.session.steps import chosen_seed, next_seed, use_steps
from ui.values import CurrentPicture, Subject
from vizcore.edits.augmentation import Step, different_versions
from vizcore.edits.brightness import UNEDITED
from vizcore.networks.network import Network
from vizcore.pictures.display import LONGEST_SIDE, encode_png

_SIDE = 640
_THUMBNAIL = 320
_VERSIONS, _COLUMNS = 9, 3
_CANDIDATES = 3 * _VERSIONS  # versions with different steps may look the same, for example two flips and none


def before_and_after(picture: CurrentPicture) -> None:
    """Draw the picture before the steps and, beside it, after all steps."""
    sides = (("Original", picture.original), ("Augmented", picture))
    with st.container(key="before-after"):
        for column, (title, side) in zip(st.columns(2, gap="small"), sides, strict=True):
            height, width = side.pixels.shape[:2]
            with column:
                st.image(
                    cached_pictures.picture_png(side.digest, _SIDE, side.pixels),
                    caption=f"{title}, {width} × {height}",
                    alt=f"{title}: {side.title}",
                    width="stretch",
                    output_format="PNG",
                )


def answers(picture: CurrentPicture, network: Network) -> None:
    """Draw the network's answers for the picture before and after the steps."""
    before, after = (
        cached_light.forward(Subject(side, network.entry), (network.answer,), UNEDITED)
        for side in (picture.original, picture)
    )
    st.header("What the network thinks", anchor=False)
    answer.Answers(
        network,
        Activations(before.activations, after.activations, after.received),
        titles=("Original", "Augmented"),
        has_choice=False,
    ).show()
    st.caption("The brightness chosen on the other pages is not applied here.")


def contact_sheet(picture: CurrentPicture) -> None:
    """Draw nine random versions of the steps that look different, each with a button to use it.

    If the steps allow fewer, for example a flip alone, these are drawn and their number is said.
    """
    if not picture.steps:
        return
    st.header("Random versions", anchor=False)
    says, again = st.container(), st.container()
    drawn = different_versions(picture.steps, seed=chosen_seed(), number=_CANDIDATES)
    with st.spinner("Drawing the versions …"):
        sheet = cached_pictures.contact_sheet(
            picture.original.digest, tuple(drawn), _VERSIONS, _THUMBNAIL, picture.original.pixels
        )
    says.caption(_said_of(len(sheet)))
    if len(sheet) == _VERSIONS:
        again.button("Another nine", icon=":material/casino:", on_click=next_seed)
    with st.container(key="contact-sheet"):
        versions = list(enumerate(sheet.items()))
        for first in range(0, len(versions), _COLUMNS):
            row = versions[first : first + _COLUMNS]
            for column, (index, (png, steps)) in zip(st.columns(_COLUMNS, gap="small"), row, strict=False):
                with column:
                    _version(index, png, steps)


def _said_of(number: int) -> str:
    if number == _VERSIONS:
        return (
            f"Nine different versions, with the seed {chosen_seed()}. Each amount is drawn at random, no further from "
            "neutral than the amount above, in both directions where there are two. The order of the steps stays."
        )
    all_alike = "These steps have nothing random: all versions look alike."
    return all_alike if number == 1 else f"These steps have {number} different versions: all are shown."


def _version(index: int, png: bytes, steps: tuple[Step, ...]) -> None:
    labels = [step.label for step in steps]
    st.image(png, alt=f"Version {index + 1}: {', '.join(labels)}", width="stretch", output_format="PNG")
    st.button(
        "Use",
        key=f"use-{index}",
        on_click=use_steps,
        args=(steps,),
        help="Use these amounts in the steps above.",
        width="stretch",
    )
    st.caption(" · ".join(labels))


def take_away(picture: CurrentPicture) -> None:
    """Draw the download of the picture after the steps, and the `tf.image` code that makes exactly this picture."""
    if not picture.steps:
        return
    st.header("Take it with you", anchor=False)
    if max(picture.original.size) > LONGEST_SIDE:
        st.caption(SMALLER)
    width, height = picture.size
    download(
        f"Download PNG, {width} × {height}",
        data=partial(encode_png, picture.pixels),
        file_name=f"{PurePath(picture.name).stem}.png",
        mime="image/png",
        icon=":material/download:",
    )
    st.code("\n".join(opening(picture)), language="python")

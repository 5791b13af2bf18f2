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
from vizcore.edits.augmentation import random_versions
from vizcore.edits.brightness import UNEDITED
from vizcore.networks.network import Network
from vizcore.pictures.display import LONGEST_SIDE, encode_png

_SIDE = 640
_THUMBNAIL = 320
_COLUMNS = 3


def before_and_after(picture: CurrentPicture) -> None:
    """Draw the picture before the steps and, beside it, after all steps."""
    sides = (("Before", picture.original), ("After", picture))
    with st.container(key="before-after"):
        for column, (title, side) in zip(st.columns(2, gap="small"), sides, strict=True):
            height, width = side.pixels.shape[:2]
            with column:
                st.image(
                    cached_pictures.picture_png(side.digest, _SIDE, side.pixels),
                    caption=f"{title}, {width} × {height}",
                    alt=f"{title} the steps: {side.title}",
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
        titles=("Before the steps", "After the steps"),
        has_choice=False,
    ).show()
    st.caption("Without the brightness that is chosen on the other pages.")


def contact_sheet(picture: CurrentPicture) -> None:
    """Draw nine random versions of the steps, each with a button to use it."""
    if not picture.steps:
        return
    st.header("Random versions", anchor=False)
    st.caption(
        f"Nine versions of the steps, with the seed {chosen_seed()}. Each amount is drawn anew, up to as far from "
        "neutral as it is above, to both sides where there are two; the order stays."
    )
    st.button("Another nine", icon=":material/casino:", on_click=next_seed)
    versions = random_versions(picture.steps, seed=chosen_seed(), number=_COLUMNS**2)
    with st.spinner("Drawing the versions …"):
        pictures = cached_pictures.contact_sheet(
            picture.original.digest, tuple(versions), _THUMBNAIL, picture.original.pixels
        )
    with st.container(key="contact-sheet"):
        for first in range(0, len(versions), _COLUMNS):
            for index, column in enumerate(st.columns(_COLUMNS, gap="small"), start=first):
                with column:
                    st.image(
                        pictures[index],
                        alt=f"Version {index + 1}: {', '.join(step.label for step in versions[index])}",
                        width="stretch",
                        output_format="PNG",
                    )
                    st.button(
                        "Use",
                        key=f"use-{index}",
                        on_click=use_steps,
                        args=(versions[index],),
                        help="Takes these amounts as the steps above.",
                        width="stretch",
                    )
                    st.caption(" · ".join(step.label for step in versions[index]))


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

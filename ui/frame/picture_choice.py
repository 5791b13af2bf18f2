"""The choice of the picture in the sidebar: samples, upload, camera."""

from pathlib import Path

import streamlit as st

from ui.cached import pictures as cached_pictures
from ui.guard import as_text
from ui.parts.component import component
from ui.session.events import event
from ui.session.picture import (
    choose_own,
    choose_sample,
    chosen_picture,
    own_picture,
    picture_refusal,
    refuse_picture,
    uploader_key,
)
from ui.session.steps import chosen_steps, use_steps
from ui.session.streamlit_internals import forget_upload
from ui.values import OWN, CurrentPicture, current_picture
from vizcore.errors import VizcoreError
from vizcore.pictures.samples import SAMPLES

_strip = component("strip", Path(__file__).parent / "strip")


def choose_picture() -> CurrentPicture:
    """Draw the choice of the picture, and the picture.

    Returns:
        The chosen picture after the chosen steps of augmentation.
    """
    st.header("Picture", anchor=False)
    place = st.container()
    chosen = chosen_picture()
    _strip(
        key="strip",
        data={"samples": cached_pictures.sample_strip(), "chosen": chosen},
        on_picked_change=lambda: choose_sample(str(event("strip", "picked"))),
    )
    file = st.file_uploader(
        "Upload a picture, up to 10 MB",
        key=uploader_key("upload"),
        help="PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or HEIC, at most 10 MB, 24 megapixels and 12,000 pixels a side.",
    )
    name = file.name if file is not None else ""
    refused = st.container()
    if st.toggle("Camera", key="camera-on"):
        taken = st.camera_input("Take a picture", key=uploader_key("camera"), label_visibility="collapsed")
        if taken is not None:
            file, name = taken, "camera.jpg"
    if file is not None:
        with st.spinner("Opening the picture …"):
            _open(file, name)
        st.rerun()
    refusal = picture_refusal()
    if refusal:
        refused.error(as_text(refusal), icon=":material/error:")
    picture = own_picture() if chosen == OWN else None
    picture = cached_pictures.composed(picture or cached_pictures.sample(chosen), chosen_steps())
    with place:
        _show(picture)
    return picture


def _open(file: st.typing.UploadedFile, name: str) -> None:
    data = file.getvalue()
    forget_upload(file)
    try:
        choose_own(current_picture(OWN, cached_pictures.opened(data, name), data=data))
    except VizcoreError as error:
        refuse_picture(str(error))


def _show(picture: CurrentPicture) -> None:
    # The bytes and the format are PNG: otherwise Streamlit would make a JPEG of it, with coarser colours.
    st.container(key="current-picture").image(
        cached_pictures.picture_png(picture.digest, 480, picture.pixels),
        alt=picture.original.name if picture.is_own else SAMPLES[picture.key].title,
        width="stretch",
        output_format="PNG",
    )
    original = picture.original
    width, height = original.size
    if picture.is_own:
        about = [original.name, f"{width} × {height}", *picture.notes]
    else:
        sample = SAMPLES[picture.key]
        about = [f"{sample.title} ({sample.credit})", f"{width} × {height}"]
    st.caption(" · ".join(as_text(part) for part in about))
    if picture.steps:
        _say_augmented(picture)
    if picture.is_own:
        st.caption("A link from the address bar opens this view, but your picture does not travel with it.")


def _say_augmented(picture: CurrentPicture) -> None:
    width, height = picture.size
    done = ", ".join(step.label for step in picture.steps)
    st.caption(f"**Augmented on all pages**, {width} × {height}: {done}")
    st.button(
        "Remove all steps",
        icon=":material/close:",
        on_click=use_steps,
        args=((),),
        key="clear-steps",
    )

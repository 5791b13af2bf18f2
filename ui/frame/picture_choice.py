"""The choice of the picture in the sidebar: samples, upload, camera."""

from pathlib import Path

import streamlit as st

from ui.cached import pictures as cached_pictures
from ui.guard import as_text
from ui.parts.component import component
from ui.parts.uploader.uploader import uploader
from ui.session.events import event
from ui.session.keeping import MINUTES_KEPT
from ui.session.picture import (
    answer_click,
    answered_click,
    choose_own,
    choose_own_again,
    chosen_picture,
    keep_own,
    own_picture,
    picture_refusal,
    refuse_picture,
    uploader_key,
)
from ui.session.steps import chosen_steps, use_steps
from ui.session.streamlit_internals import forget_upload
from ui.session.uploads import Arrived, arrived, forget_arrived, keep_arrived
from ui.values import OWN, CurrentPicture, current_picture
from vizcore.errors import VizcoreError
from vizcore.pictures.limits import MAX_BYTES, MAX_PIXELS, MAX_SIDE, check_bytes
from vizcore.pictures.samples import SAMPLES

_UPLOAD = "upload"
_ACCEPTED = "image/*,.heic,.heif,.avif,.tif,.tiff"
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
        data={"samples": cached_pictures.sample_strip(), "chosen": chosen, "answered": answered_click()},
        on_picked_change=lambda: answer_click(event("strip", "picked")),
    )
    uploader(
        _UPLOAD,
        label=f"Upload a picture, up to {MAX_BYTES // 2**20} MB",
        help=f"PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or HEIC, at most {MAX_BYTES // 2**20} MB, "
        f"{MAX_PIXELS // 10**6} megapixels and {MAX_SIDE:,} pixels a side.",
        accept=_ACCEPTED,
        most=MAX_BYTES,
    )
    refused = st.container(key="refused")
    if st.toggle("Camera", key="camera-on"):
        taken = st.camera_input("Take a picture", key=uploader_key("camera"), label_visibility="collapsed")
        if taken is not None:
            keep_arrived(_UPLOAD, Arrived("camera.jpg", taken.getvalue(), taken.size))
            forget_upload(taken)
    file = arrived(_UPLOAD)
    if file is not None:
        with st.spinner("Opening the picture …"):
            take_upload(file)
        forget_arrived(_UPLOAD)
        st.rerun()
    refusal = picture_refusal()
    if refusal:
        refused.error(as_text(refusal), icon=":material/error:")
    own = own_picture()
    if own is not None and chosen != OWN:
        st.button(f"Show “{as_text(own.name)}”", icon=":material/undo:", on_click=choose_own_again, key="own-again")
    picture = own if chosen == OWN else None
    picture = cached_pictures.composed(picture or cached_pictures.sample(chosen), chosen_steps())
    with place:
        _show(picture)
    return picture


def take_upload(file: Arrived) -> None:
    """Open a file as the visitor's own picture, and choose it unless the visitor has chosen another since."""
    try:
        check_bytes(file.size, name=file.name)
        picture = current_picture(OWN, cached_pictures.opened(file.data, file.name), data=file.data)
    except VizcoreError as error:
        refuse_picture(str(error))
        return
    if file.is_overtaken:
        keep_own(picture)
    else:
        choose_own(picture)


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
        st.caption(
            "A link from the address bar opens this view, but your picture does not travel with it. After a reload of "
            f"this tab it is still here, up to {MINUTES_KEPT} minutes after you left."
        )


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

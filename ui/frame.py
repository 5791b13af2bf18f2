"""ui.frame."""

from pathlib import Path
from types import MappingProxyType

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ui import housekeeping
from ui.cached import pictures as cached_pictures
from ui.cached.training import begin_part
from ui.guard import as_text, sentences
from ui.session.choices import restore_choices
from ui.session.events import event
from ui.session.picture import (
    choose_own,
    choose_sample,
    chosen_picture,
    own_picture,
    picture_refusal,
    picture_stayed_behind,
    refuse_picture,
    uploader_key,
)
from ui.session.steps import chosen_steps, use_steps
from ui.session.streamlit_internals import forget_upload
from ui.values import OWN, CurrentPicture, current_picture
from vizcore.errors import VizcoreError
from vizcore.pictures.samples import SAMPLES

_FILES = Path(__file__).parent / "components"
_strip = st.components.v2.component(
    "vizcore_strip",
    html='<div class="strip" role="group" aria-label="Sample pictures"></div>',
    css=(_FILES / "strip.css").read_text(encoding="utf-8"),
    js=(_FILES / "strip.js").read_text(encoding="utf-8"),
)
_history = st.components.v2.component(
    "vizcore_history", html="<span></span>", js=(_FILES / "history.js").read_text(encoding="utf-8")
)
TITLE = "Light through the layers"
PAGES = MappingProxyType(
    {
        "streamlit_app.py": ("Home", ":material/home:"),
        "pages/1_Brighten.py": ("Brighten", ":material/brightness_6:"),
        "pages/2_Feature_maps.py": ("Feature maps", ":material/grid_view:"),
        "pages/3_Train.py": ("Train", ":material/model_training:"),
        "pages/4_Augment.py": ("Augment", ":material/auto_fix_high:"),
    }
)


def begin(title: str) -> CurrentPicture:
    """Begin a page: configuration, navigation, sidebar. Call it first.

    Args:
        title: of the page, as in the navigation.

    Returns:
        The picture that is shown on all pages, after the steps of augmentation that are chosen.
    """
    st.set_page_config(
        page_title=title if title == TITLE else f"{title} · {TITLE}",
        page_icon=_FILES / "icon.png",
        layout="wide",
        initial_sidebar_state="auto",
    )
    housekeeping.start()
    begin_part()
    restore_choices(title)
    st.html(_FILES / "frame.css")
    with st.container(horizontal=True, gap="small", key="navigation"):
        for path, (label, icon) in PAGES.items():
            st.page_link(path, label=label, icon=icon)
    with st.sidebar, sentences():
        picture = _choose_picture()
        _history(key="history", height=1)
    if picture_stayed_behind():
        st.info(
            "The picture of this view was somebody's own: it does not travel with a link and is not kept. "
            f"You see the same view of “{SAMPLES[picture.key].title}”; upload it in the sidebar, or choose another.",
            icon=":material/link:",
        )
    return picture


def _choose_picture() -> CurrentPicture:
    st.subheader("Picture", anchor=False)
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


def _open(file: UploadedFile, name: str) -> None:
    data = file.getvalue()
    forget_upload(file)
    try:
        choose_own(current_picture(OWN, cached_pictures.opened(data, name), data=data))
    except VizcoreError as error:
        refuse_picture(str(error))


def _show(picture: CurrentPicture) -> None:
    # As PNG bytes, and saying so: Streamlit would make a JPEG of it, with coarser colours.
    st.container(key="current-picture").image(
        cached_pictures.picture_png(picture.digest, 480, picture.pixels), width="stretch", output_format="PNG"
    )
    original = picture.before or picture
    width, height = original.size
    if picture.key == OWN:
        about = [original.name, f"{width} × {height}", *picture.notes]
    else:
        sample = SAMPLES[picture.key]
        about = [f"{sample.title} ({sample.credit})", f"{width} × {height}"]
    st.caption(" · ".join(as_text(part) for part in about))
    if picture.steps:
        _say_augmented(picture)
    if picture.key == OWN:
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


def way_in(path: str, invitation: str) -> None:
    """The way to a page, with a line of what can be done there."""
    label, icon = PAGES[path]
    st.page_link(path, label=f"**{label}**", icon=icon)
    st.caption(invitation)

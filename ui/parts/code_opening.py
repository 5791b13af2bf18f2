"""The lines of code that make exactly the pixels of the chosen picture."""

from ui.values import CurrentPicture
from vizcore.edits.augmentation import code
from vizcore.pictures.display import LONGEST_SIDE

SMALLER = f"The steps are applied to the picture as it is shown, with at most {LONGEST_SIDE} pixels on a side."


def opening(picture: CurrentPicture) -> list[str]:
    """The lines that make `pixels`: they open the file and, if there are steps, make it smaller and apply the steps."""
    original = picture.original
    is_smaller = bool(picture.steps) and max(original.size) > LONGEST_SIDE
    shrink = "display_copy, " if is_smaller else ""
    if not original.is_own:
        lines = [f"from vizcore import {shrink}open_sample", "", f"pixels = open_sample({original.key!r}).pixels"]
    else:
        lines = ["from pathlib import Path", f"from vizcore import {shrink}open_picture", f"name = {original.name!r}"]
        lines.append("pixels = open_picture(Path(name).read_bytes(), name=name).pixels")
    if is_smaller:
        lines.append("pixels = display_copy(pixels)")
    return code(picture.steps, opening=lines).splitlines()

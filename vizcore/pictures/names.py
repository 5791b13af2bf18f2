"""The name of a visitor's file."""

import unicodedata

MAX_NAME_LENGTH = 80


def clean_name(name: str) -> str:
    """A file name for display: no folders, no control or direction characters, one line, limited length.

    Args:
        name: as the browser sent it, with "/" or "\\" between folders, if any.

    Returns:
        At most `MAX_NAME_LENGTH` characters, the extension preserved if it is short; "picture" if nothing is left.
    """
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    # Category C: control, format (which includes the marks that reverse the reading direction), surrogate, unassigned.
    visible = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in last)
    label = " ".join(visible.split())
    if len(label) > MAX_NAME_LENGTH:
        stem, dot, extension = label.rpartition(".")
        ending = f"…{dot}{extension}" if stem and len(extension) <= 10 else "…"
        label = label[: MAX_NAME_LENGTH - len(ending)] + ending
    return label or "picture"


def extension(label: str) -> str:
    """The last part of a name in lower case, without the dot; empty if it has none."""
    return label.rpartition(".")[2].lower() if "." in label else ""

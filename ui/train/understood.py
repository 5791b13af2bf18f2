"""What was understood of a visitor's zip: classes, counts, what each folder became, a few pictures of each class."""

import streamlit as st

from ui.guard import as_text
from ui.parts.picture_row import picture_row
from vizcore.datasets.dataset import Dataset
from vizcore.datasets.layout import USES, VALIDATION
from vizcore.datasets.source import counts_of, few_of_each

_PICTURES_OF_A_CLASS = 3
_WIDTH = 72


def understood(own: Dataset) -> None:
    """Draw the counts of every class, what each folder became, and what reading changed."""
    number = f"{len(own.training):,} pictures to learn from, {len(own.test):,} to test with"
    if own.validation is not None:
        number += f", {len(own.validation):,} {USES[VALIDATION]}"
    st.caption(" · ".join(as_text(part) for part in (own.name, number, *own.notes)))
    with st.container(key="understood"):
        if own.folders:
            st.markdown("\n".join(f"- **{as_text(name)}** {as_text(use)}" for name, use in own.folders))
        st.markdown(_table(own))


def _table(own: Dataset) -> str:
    """A table of Markdown: a class in each row, and what its pictures are for in the columns."""
    heads = ["Class", "learn", *(["choose"] if own.validation is not None else []), "test"]
    lines = [" | ".join(heads), " | ".join(["---"] + ["--:"] * (len(heads) - 1))]
    for name, counts in zip(own.classes, counts_of(own), strict=True):
        lines.append(" | ".join([as_text(name), *(f"{count:,}" for count in counts)]))
    return "\n".join(f"| {line} |" for line in lines)


def examples(own: Dataset) -> None:
    """Draw a few pictures of each class."""
    pictures, labels = few_of_each(own, _PICTURES_OF_A_CLASS)
    picture_row(pictures, [own.classes[label] for label in labels], key="data-samples", width=_WIDTH)

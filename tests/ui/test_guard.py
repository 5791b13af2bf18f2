"""Words that come with a file are shown as they are."""

import html
import re

import pytest

from ui.guard import as_text


@pytest.mark.parametrize(
    "name",
    [
        "holiday.jpg",
        "*a*_b_`c`.png",
        "[x](javascript:alert(1)).png",
        "<img src=x onerror=alert(1)>.png",
        "$x^2$ :red[a] :smile: http://evil.example www.evil.example mail@evil.example",
        "# a",
        "1. a -> b -- c",
        "a&lt;b",
        "| a | b |",
        "- a",
    ],
)
def test_nothing_is_left_for_markdown_and_nothing_is_lost(name: str) -> None:
    written = as_text(name)
    assert html.unescape(written) == name
    bare = re.sub(r"&#\d+;", "", written)
    assert not re.search(r"[*_`\[\]<>$#|@&\\~]|:\S|www\.|\d\.\s|--|->|^[-+]", bare)

import pytest
from playwright.sync_api import Page

from scripts.lint_css import Fault, faults

FAULTLESS = """
.bar:has(> .thumb) > i::before, [data-layout="bar"] :is(.flip, .formula) { inset: 0 0 var(--below, 50%); --below: x; }
@container page (max-width: 20rem) { .bar { color: light-dark(#fff, #000) !important; } }
@media (max-width: 640px) { .outer { & > .inner { margin: calc(1px + 2em); } } }
@keyframes turn { from { rotate: 0deg; } 50% { rotate: 9deg; } }
"""


def test_what_a_browser_understands_has_no_fault(page: Page) -> None:
    assert faults(FAULTLESS, page) == []


@pytest.mark.parametrize(
    ("css", "line", "sentence"),
    [
        ("a { color: red;\n  colr: red; }", 2, "Chromium does not know colr: red"),
        ("a { color: redd; }", 1, "Chromium does not know color: redd"),
        ("a {}\nb { margin: 1 px; }", 2, "Chromium does not know margin: 1 px"),
        ("a { colr: var(--x); }", 1, "Chromium does not know colr: var(--x)"),
        ("\n\na:hovered { top: 0; }", 3, "Chromium does not know the selector a:hovered"),
        ("@media print {\n  a >> b { top: 0; }\n}", 2, "Chromium does not know the selector a >> b"),
        ("@keyframes k { 50% { tp: 0; } }", 1, "Chromium does not know tp: 0"),
        ("a { top: 0; left: 0;\n  top: 1px; }", 2, "top is said twice in one rule"),
        ("a { left: 0; }\nb {}", 2, "a rule without content"),
        ("@meda print { a { top: 0; } }", 1, "@meda is not one of those that are used here"),
    ],
)
def test_a_fault_is_named_with_its_line(page: Page, css: str, line: int, sentence: str) -> None:
    assert Fault(line, sentence) in faults(css, page)


def test_what_cannot_be_read_is_a_fault(page: Page) -> None:
    assert [fault.line for fault in faults("a { top: 0; }\nb { colour red; left: 0; }", page)] == [2]

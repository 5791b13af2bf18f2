"""The linter for the stylesheets of `ui/`: part of `make check`.

A browser ignores a property, a value or a selector that it does not know, and reports nothing. So a browser is asked.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tinycss2
from playwright.sync_api import Page

from tests.browser.app import running_chromium

ROOT = Path(__file__).parents[1]
CONDITIONS = ("container", "layer", "media", "supports")
KNOWN = """([declarations, selectors]) => {
  const matches = (selector) => {
    try {
      document.querySelector(selector);
      return true;
    } catch {
      return false;
    }
  };
  return [declarations.map(([name, value]) => CSS.supports(name, value)), selectors.map(matches)];
}"""


@dataclass(frozen=True)
class Fault:
    line: int
    sentence: str


class Stylesheet:
    """The declarations and selectors of a stylesheet, each with its line, and the faults that need no browser."""

    def __init__(self, css: str) -> None:
        self.declarations: list[tuple[int, str, str]] = []
        self.selectors: list[tuple[int, str]] = []
        self.faults: list[Fault] = []
        self._read_all(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))

    def _read_all(self, nodes: Sequence[Any]) -> None:
        names: set[str] = set()
        for node in nodes:
            if node.type == "error":
                self.faults.append(Fault(node.source_line, node.message))
            elif node.type == "qualified-rule":
                self.selectors.append((node.source_line, tinycss2.serialize(node.prelude).strip()))
                self._read_block(node, tinycss2.parse_blocks_contents)
            elif node.type == "at-rule":
                self._read_at_rule(node)
            elif node.type == "declaration":
                if node.name in names:
                    self.faults.append(Fault(node.source_line, f"{node.name} is said twice in one rule"))
                names.add(node.name)
                self.declarations.append((node.source_line, node.name, tinycss2.serialize(node.value).strip()))

    def _read_at_rule(self, rule: Any) -> None:
        if rule.lower_at_keyword == "keyframes":
            # Its rules have percentages where others have selectors.
            for frame in tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True):
                if frame.type == "qualified-rule":
                    self._read_block(frame, tinycss2.parse_blocks_contents)
        elif rule.lower_at_keyword in CONDITIONS and rule.content is not None:
            self._read_block(rule, tinycss2.parse_rule_list)
        else:
            self.faults.append(Fault(rule.source_line, f"@{rule.at_keyword} is not one of those that are used here"))

    def _read_block(self, rule: Any, parse: Callable[..., list[Any]]) -> None:
        nodes = parse(rule.content, skip_comments=True, skip_whitespace=True)
        if not nodes:
            self.faults.append(Fault(rule.source_line, "a rule without content"))
        self._read_all(nodes)


def faults(css: str, page: Page) -> list[Fault]:
    """The faults of a stylesheet, in the order of its lines.

    Args:
        css: the text of the stylesheet.
        page: any page of the browser that is asked.
    """
    sheet = Stylesheet(css)
    declarations = [[name, value] for _, name, value in sheet.declarations]
    known, matching = page.evaluate(KNOWN, [declarations, [selector for _, selector in sheet.selectors]])
    result = list(sheet.faults)
    for (line, name, value), is_known in zip(sheet.declarations, known, strict=True):
        if not is_known:
            result.append(Fault(line, f"Chromium does not know {name}: {value}"))
    for (line, selector), is_known in zip(sheet.selectors, matching, strict=True):
        if not is_known:
            result.append(Fault(line, f"Chromium does not know the selector {selector}"))
    return sorted(result, key=lambda fault: fault.line)


def main() -> int:
    paths = sorted((ROOT / "ui").glob("**/*.css"))
    with running_chromium() as browser:
        page = browser.new_page()
        located = [(path, fault) for path in paths for fault in faults(path.read_text(encoding="utf-8"), page)]
    for path, fault in located:
        print(f"{path.relative_to(ROOT)}:{fault.line}: {fault.sentence}")
    return 1 if located else 0


if __name__ == "__main__":
    sys.exit(main())

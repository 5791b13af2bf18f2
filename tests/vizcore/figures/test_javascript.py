"""Modules become one text, or a mistake in them is found here. That the text runs is proved in tests/browser."""

import re
from pathlib import Path

import pytest

from vizcore.figures.javascript import JavaScriptError, joined

ROOT = Path(__file__).parents[3]


def folder(path: Path, **sources: str) -> Path:
    """Modules a.js, b.js … in a folder; the first of them."""
    for name, source in sources.items():
        (path / f"{name}.js").write_text(source, encoding="utf-8")
    return path / f"{next(iter(sources))}.js"


def test_comments_and_indents_are_left_out_and_all_else_stays(tmp_path: Path) -> None:
    source = """// They import (and export) nothing.

/**
 * import { a } from "./b.js";
 */
export const A = "import { b } // c"; // c
export default function () {
  /* one */
  return `/* ${A} */`;
}
"""
    expected = """export const A = "import { b } // c"; // c
export default function () {
return `/* ${A} */`;
}
"""
    assert joined(folder(tmp_path, a=source)) == expected


def test_a_module_stands_once_and_before_those_that_use_it(tmp_path: Path) -> None:
    first = folder(
        tmp_path,
        a='import { B } from "./b.js";\nimport {\n  C,\n} from "./c.js";\nexport const A = B + C;\n',
        b='import { C } from "./c.js";\nexport const B = C + 1;\n',
        c="const hidden = 20;\nexport const C = hidden;\n",
    )
    text = joined(first)
    assert text.count("hidden = 20") == 1
    assert text.index("const C =") < text.index("const B =") < text.index("export const A =")
    assert "import" not in text
    assert text.count("export") == 1


@pytest.mark.parametrize(
    ("sources", "sentence"),
    [
        ({"a": 'import { b } from "./b.js";\n'}, "a.js imports ./b.js, and there is no such file"),
        (
            {"a": 'import { b } from "./b.js";\n', "b": "const b = 1;\n"},
            "a.js imports b from b.js, which does not",
        ),
        (
            {"a": 'import { b } from "./b.js";\n', "b": 'import { a } from "./a.js";\nexport const b = 1;\n'},
            "a.js → b.js → a.js is a circle",
        ),
        (
            {"a": 'import { b } from "./b.js";\nconst b = 2;\n', "b": "export const b = 1;\n"},
            "a.js has the name b twice",
        ),
        (
            {
                "a": 'import { one } from "./b.js";\nimport { one } from "./c.js";\n',
                "b": "export const one = 1;\n",
                "c": "export const one = 2;\n",
            },
            "a.js has the name one twice",
        ),
        ({"a": 'import b from "./b.js";\n'}, "not understood"),
        ({"a": 'import * as b from "./b.js";\n'}, "not understood"),
        ({"a": 'import { b as c } from "./b.js";\n'}, "not understood"),
        ({"a": 'import { b } from "package";\n'}, "not understood"),
        ({"a": 'const b = await import("./b.js");\n'}, "not understood"),
        ({"a": "const a = 1;\nexport { a };\n"}, "not understood"),
        ({"a": "export let a = 1;\n"}, "not understood"),
        ({"a": "const a = `one`;\nconst b = `two\n  lines`;\n"}, "a.js: not understood"),
        (
            {"a": 'import { b } from "./b.js";\n', "b": "export const b = 1;\nexport default function () {}\n"},
            "b.js: not understood",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_is_said_when_modules_are_joined(tmp_path: Path, sources: dict[str, str], sentence: str) -> None:
    with pytest.raises(JavaScriptError, match=sentence.replace(".", r"\.")):
        joined(folder(tmp_path, **sources))


def test_every_module_is_used() -> None:
    paths = [path for room in ("ui", "vizcore") for path in (ROOT / room).rglob("*.js")]
    sources = {path: path.read_text(encoding="utf-8") for path in paths}
    imported = {
        (path.parent / address).resolve()
        for path, source in sources.items()
        for address in re.findall(r' from "(.+)";', source)
    }
    components = {path for path, source in sources.items() if "\nexport default " in f"\n{source}"}
    assert components
    assert set(paths) == components | imported | {ROOT / "vizcore" / "figures" / "export_page.js"}

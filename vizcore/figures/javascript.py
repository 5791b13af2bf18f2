"""Joins ES modules that import each other into one text: a Streamlit component and an exported page have only one.

Two forms are understood: `import { a, b } from "./file.js";`, and `export` before one `const`, `function` or `class`,
both at the start of a line. The first file may also have an `export default`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_IMPORT = re.compile(r'^import \{\s*(\w+(?:,\s*\w+)*,?)\s*\} from "(\.[^"\n]*)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|class|(?:async )?function)\s+(\w+))", re.MULTILINE)
_DECLARED = re.compile(r"^(?:const|let|class|(?:async )?function)\s+(\w+)", re.MULTILINE)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*.*?\*/[ \t]*)\n", re.MULTILINE | re.DOTALL)
_INDENT = re.compile(r"^\s+", re.MULTILINE)
# Imports and exports in any other form, and a text over several lines: the lines would lose their indents.
_NOT_UNDERSTOOD = re.compile(
    r"^(?:import|export)\b.*|^.*\bimport\s*[(.].*|^[^`\n]*(?:`[^`\n]*`[^`\n]*)*`[^`\n]*$", re.MULTILINE
)


class JavaScriptError(Exception):
    """A mistake in our own files. It is found when they are joined, not in a visitor's browser."""


@dataclass(frozen=True)
class _Module:
    path: Path
    source: str
    """Without comments on lines of their own."""

    @property
    def imports(self) -> Iterator[tuple[Path, list[str]]]:
        """The files that are imported, each with the names that are taken from it."""
        for names, address in _IMPORT.findall(self.source):
            target = (self.path.parent / address).resolve()
            if not target.is_file():
                raise JavaScriptError(f"{self.path.name} imports {address}, and there is no such file.")
            yield target, [name for name in re.split(r"[\s,]+", names) if name]

    @property
    def exports(self) -> list[str]:
        return _EXPORT.findall(self.source)

    @property
    def body(self) -> str:
        """The source without imports and without `export`."""
        return _EXPORT.sub("", _IMPORT.sub("", self.source))


def joined(path: Path) -> str:
    """A module and all modules that it imports, directly or not, as one module.

    Args:
        path: the file of the first module. Imports are relative to the file that contains them.

    Returns:
        JavaScript without imports. Its exports are those of the first module. Every other module has a scope of its
        own and comes before those that use it. Comments on lines of their own and indents are left out: Streamlit sends
        the text again with all new data.

    Raises:
        JavaScriptError: an imported file is missing or does not export the name; imports form a circle; one file has a
            name twice; an import or export has a form that is not understood; or a text has several lines.
    """
    modules: dict[Path, _Module] = {}
    _collect(path.resolve(), (), modules)
    places = {path: f"$modules[{index}]" for index, path in enumerate(modules)}
    *others, first = modules.values()
    for module in others:
        _check(module, module.body, modules)
    _check(first, _DEFAULT.sub("", first.body), modules)
    scopes = [
        f"{places[module.path]} = (() => {{\n{_constants(module, places)}{module.body}"
        f"return {{ {', '.join(module.exports)} }};\n}})();\n"
        for module in others
    ]
    start = "const $modules = [];\n" if others else ""
    whole = "".join([start, *scopes, _constants(first, places), _IMPORT.sub("", first.source)])
    return _INDENT.sub("", whole)


def _collect(path: Path, importing: tuple[Path, ...], modules: dict[Path, _Module]) -> None:
    """Add a module to those that are collected, after the modules that it imports."""
    if path in importing:
        circle = (*importing[importing.index(path) :], path)
        raise JavaScriptError(f"{' → '.join(each.name for each in circle)} is a circle of imports.")
    if path in modules:
        return
    module = _Module(path, _COMMENT.sub("", path.read_text(encoding="utf-8")))
    for target, _ in module.imports:
        _collect(target, (*importing, path), modules)
    modules[path] = module


def _check(module: _Module, body: str, modules: dict[Path, _Module]) -> None:
    names = _DECLARED.findall(body)
    for target, taken in module.imports:
        names += taken
        for name in taken:
            if name not in modules[target].exports:
                raise JavaScriptError(
                    f"{module.path.name} imports {name} from {target.name}, which does not export it."
                )
    for name in names:
        if names.count(name) > 1:
            raise JavaScriptError(f"{module.path.name} has the name {name} twice.")
    unknown = _NOT_UNDERSTOOD.search(body)
    if unknown:
        raise JavaScriptError(f"{module.path.name}: not understood where modules are joined: {unknown[0].strip()}")


def _constants(module: _Module, places: dict[Path, str]) -> str:
    """The constants that replace the imports of a module."""
    return "".join(f"const {{ {', '.join(names)} }} = {places[target]};\n" for target, names in module.imports)

"""The names that a notebook imports from `vizcore`, and the examples of the README as they stand there."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import vizcore

ROOT = Path(__file__).parents[2]
SOURCE = ast.parse((ROOT / "vizcore" / "__init__.py").read_text(encoding="utf-8"))


def declared() -> dict[str, str]:
    """What type checkers are told: name → module."""
    return {
        alias.asname or alias.name: str(node.module)
        for branch in SOURCE.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_the_door_has_the_names_that_type_checkers_are_told() -> None:
    assert dir(vizcore) == sorted(declared())


@pytest.mark.parametrize("name", dir(vizcore))
def test_a_name_of_the_door_is_what_its_room_has(name: str) -> None:
    behind = getattr(vizcore, name)
    module = sys.modules[declared()[name]]
    assert behind is getattr(module, name)
    # Not by way of another room, which could be moved.
    assert getattr(behind, "__module__", module.__name__) == module.__name__


def test_a_name_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(AttributeError, match=r"vizcore has no 'nothing'; it has .*open_sample"):
        exec("import vizcore; vizcore.nothing", {})
    with pytest.raises(ImportError):
        exec("from vizcore import nothing", {})


@pytest.mark.parametrize(
    ("names", "is_heavy"),
    [
        ("open_sample, open_picture, increase_brightness, preprocess_image, RANGES, InputFormat, Passage", False),
        ("mosaic, mosaic_figure, channel_statistics, shapes_dataset, open_dataset, leading, VizcoreError", False),
        ("trace", True),
    ],
)
def test_tensorflow_is_loaded_by_those_names_alone_that_need_it(names: str, is_heavy: bool) -> None:
    code = f"import sys; from vizcore import {names}; print('tensorflow' in sys.modules or 'keras' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, timeout=120
    )
    assert run.stdout.strip() == str(is_heavy)


def test_the_examples_of_the_readme_run_as_they_stand_there() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(blocks) == 2
    names: dict[str, object] = {}
    num_checked = 0
    for block in blocks:
        lines = block.splitlines()
        for node in ast.parse(block).body:
            if not isinstance(node, ast.Expr):
                exec(ast.unparse(node), names)
                continue
            value = eval(ast.unparse(node), names)
            # A shape that is said behind the line.
            said = re.search(r"# .*?(\(\d+(?:, \d+)+\))$", lines[node.lineno - 1])
            if said:
                assert value == ast.literal_eval(said[1]), lines[node.lineno - 1]
                num_checked += 1
    assert num_checked == 3

"""The house rules of docs/architecture.md, read off the source."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("vizcore", "ui", "pages")
SOURCES = [*sorted(path for room in ROOMS for path in (ROOT / room).glob("**/*.py")), ROOT / "streamlit_app.py"]
# What each room may import of the others, downwards only.
BELOW = {
    "vizcore": {"vizcore"},
    "ui": {"ui", "vizcore"},
    "pages": {"ui", "vizcore"},
    "streamlit_app.py": {"ui", "vizcore"},
}
HEAVY = {"tensorflow", "keras"}


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def imported(path: Path, nodes: Iterable[ast.AST] | None = None) -> set[str]:
    """The first part of the name of every module that is imported, anywhere in the file or by these statements."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())) if nodes is None else nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names.add((node.module or "").partition(".")[0])
    return names


def test_the_rooms_are_there() -> None:
    assert {room(path) for path in SOURCES} == {*ROOMS, "streamlit_app.py"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_imports_upwards(path: Path) -> None:
    own = {*ROOMS, "streamlit_app", "tests", "benchmarks", "scripts"}
    assert imported(path) & own <= BELOW[room(path)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_knows_no_streamlit_and_pages_know_no_arrays(path: Path) -> None:
    if room(path) == "vizcore":
        assert "streamlit" not in imported(path)
        assert "logging" not in imported(path)
    if room(path) in ("pages", "streamlit_app.py"):
        assert not imported(path) & {"numpy", "PIL", "plotly", *HEAVY}
        assert len(path.read_text().splitlines()) <= 80


@pytest.mark.parametrize(
    ("pattern", "home"),
    [(r"\bst\.(session_state|query_params)\b", "ui/session/"), (r"\bst\.cache_(data|resource)\b", "ui/cached/")],
)
def test_one_home_for_state_and_one_for_caches(pattern: str, home: str) -> None:
    code = {path: ast.unparse(ast.parse(path.read_text())) for path in SOURCES}
    users = {str(path.relative_to(ROOT)) for path, text in code.items() if re.search(pattern, _without_texts(text))}
    assert users
    assert all(user.startswith(home) for user in users)


def _without_texts(source: str) -> str:
    """The source without docstrings and other texts."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.unparse(tree)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_that_can_change_is_shared_by_all_visitors(path: Path) -> None:
    for node in ast.parse(path.read_text()).body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            continue
        mutable = ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp | ast.SetComp
        assert not isinstance(value, mutable), f"{path.name}:{node.lineno} keeps something that can change"


def test_every_cache_has_a_bound() -> None:
    files = (ROOT / "ui/cached").glob("*.py")
    for node in (node for path in files for node in ast.walk(ast.parse(path.read_text()))):
        if isinstance(node, ast.FunctionDef):
            caches = [item for item in node.decorator_list if "cache_" in ast.unparse(item)]
            for cache in caches:
                assert "max_entries=" in ast.unparse(cache), node.name
                arrays = [
                    arg.arg for arg in node.args.args if "Array" in ast.unparse(arg.annotation or ast.Constant(""))
                ]
                assert all(name.startswith("_") for name in arrays), f"{node.name}: arrays are no keys"


def test_what_the_pages_read_first_does_not_import_tensorflow() -> None:
    """At the top of a file; inside a function an import waits until it is needed."""
    heavy = {
        path.relative_to(ROOT / "vizcore").with_suffix("").as_posix()
        for path in (ROOT / "vizcore").glob("**/*.py")
        if imported(path, ast.parse(path.read_text()).body) & HEAVY
    }
    assert heavy == {
        "activations/layers",
        "activations/passes",
        "activations/reading",
        "activations/tracing",
        "networks/answer_kind",
        "networks/own_model",
        "networks/tutorial",
        "training/batches",
        "training/card",
        "training/checkpoint",
        "training/fitting",
    }


def test_every_requirement_is_pinned_and_has_its_reason() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    for above, line in zip(["", *lines], lines, strict=False):
        if line and not line.startswith("#"):
            assert re.match(r"[a-z0-9-]+==[0-9.]+( ;|$)", line), line
            assert above.startswith(("#", "tensorflow-cpu")), f"no reason above {line}"
    # Community Cloud would read one of these instead.
    assert not any((ROOT / name).exists() for name in ("uv.lock", "Pipfile", "environment.yml"))

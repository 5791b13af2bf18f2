"""The rules of docs/architecture.md, checked on the source. Each rule is also tried on a source with a fault."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
House = Mapping[str, str]
"""The product: path below the repository → source."""

# The rooms, lowest first. A room may import rooms above it in this list, never rooms below it.
ROOMS = (
    "vizcore/errors.py",
    "vizcore/arrays.py",
    "vizcore/numbers.py",
    "vizcore/settings.py",
    "vizcore/downloads.py",
    "vizcore/pictures",
    "vizcore/edits",
    "vizcore/maps",
    "vizcore/inputs",
    "vizcore/activations",
    "vizcore/units",
    "vizcore/explain",
    "vizcore/networks",
    "vizcore/light",
    "vizcore/datasets",
    "vizcore/training",
    "vizcore/index",
    "vizcore/figures",
    "vizcore/__init__.py",
    "ui/guard.py",
    "ui/values.py",
    "ui/jobs",
    "ui/session",
    "ui/cached",
    "ui/parts",
    "ui/frame",
    "ui/light",
    "ui/feature_maps",
    "ui/channel",
    "ui/brighten",
    "ui/augment",
    "ui/train",
    "ui/home",
    "pages",
    "streamlit_app.py",
)
# Rooms whose pages are not built yet.
EXPECTED = {"vizcore/explain", "vizcore/index"}

# Importing one of these files imports Keras or TensorFlow; importing any other must not.
HEAVY = {"tensorflow", "keras"}
HEAVY_FILES = {
    "vizcore/activations/continuation.py",
    "vizcore/activations/forward_mode.py",
    "vizcore/activations/gradients.py",
    "vizcore/activations/graph.py",
    "vizcore/activations/keras_internals.py",
    "vizcore/activations/layers.py",
    "vizcore/activations/passes.py",
    "vizcore/activations/reading.py",
    "vizcore/activations/tensorflow_internals.py",
    "vizcore/activations/traced_graphs.py",
    "vizcore/activations/tracing.py",
    "vizcore/networks/answer_kind.py",
    "vizcore/networks/front.py",
    "vizcore/networks/loading.py",
    "vizcore/networks/own_model.py",
    "vizcore/networks/tutorial.py",
    "vizcore/training/__main__.py",
    "vizcore/training/batches.py",
    "vizcore/training/card.py",
    "vizcore/training/checkpoint.py",
    "vizcore/training/fitting.py",
    "vizcore/training/measuring.py",
    "vizcore/training/normalised.py",
    "vizcore/training/robustness.py",
    "vizcore/units/arithmetic.py",
    "vizcore/units/functions.py",
    "vizcore/units/kernels.py",
    "vizcore/units/listeners.py",
    "vizcore/units/receptive_field.py",
    "vizcore/units/walk.py",
}
CHOICES = "ui/session/choices.py"
STREAMLIT_INTERNALS = "ui/session/streamlit_internals.py"
SETTINGS = "vizcore/settings.py"
KERAS_INTERNALS = "vizcore/activations/keras_internals.py"
UNPUBLISHED_BY_KERAS = re.compile(
    r"\b(_functional|_nodes_by_depth|_keras_history|_(?:in|out)bound_nodes|input_tensors|arguments\.kwargs|keras\.src)\b"
)
TENSORFLOW_INTERNALS = "vizcore/activations/tensorflow_internals.py"
# Words that belong in figures alone: Plotly's keys, and the names of its traces.
PLOTLY_WORDS = re.compile(r"^(plotly|heatmap|scattergl?|colorscale|coloraxis|hovertemplate|showscale|[xy]axis\d*)$")


def house() -> dict[str, str]:
    """Every source file of the product."""
    paths = [
        ROOT / "streamlit_app.py",
        *(path for room in ("vizcore", "ui", "pages") for path in (ROOT / room).rglob("*.py")),
    ]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in sorted(paths)}


def room(path: str) -> str:
    """The room of a file, or of a module that is written as a path."""
    return next((name for name in ROOMS if path == name or path.startswith(f"{name}/")), "")


def imports(source: str, *, at_the_top: bool = False) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import. `from a import b` gives "a.b", where b is a module or a name in one."""
    tree = ast.parse(source)
    only_for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in tree.body if at_the_top else ast.walk(tree):
        if at_the_top and id(node) in only_for_types:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{'.' * node.level}{node.module or ''}.{alias.name}") for alias in node.names)


def target(name: str, sources: House) -> str | None:
    """The file of the product that holds a dotted name, or None for a name from elsewhere."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        stem = "/".join(parts[:length])
        for path in (f"{stem}.py", f"{stem}/__init__.py"):
            if path in sources:
                return path
    return None


def texts_taken_out(source: str) -> str:
    """The source without docstrings, comments and other texts."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.unparse(tree)


# The rules. Each yields a sentence for every place that breaks it.


def every_file_has_a_room(sources: House) -> Iterator[str]:
    for path in sources:
        if not room(path) and path not in ("ui/__init__.py", "vizcore/__init__.py"):
            yield f"{path} is in no room of the list"


def nothing_imports_upwards(sources: House) -> Iterator[str]:
    for path, source in sources.items():
        for line, name in imports(source):
            if name.startswith("."):
                yield f"{path}:{line}: imports are absolute"
            if name.split(".")[0] in ("tests", "benchmarks", "scripts"):
                yield f"{path}:{line}: {name} is not a part of the product"
            there = target(name, sources)
            # The front door is for notebooks. A room that imported it would hide which rooms it needs.
            if there == "vizcore/__init__.py" and path.startswith(("vizcore/", "ui/")):
                yield f"{path}:{line}: {name} comes through the front door"
            elif there is not None and room(there) and ROOMS.index(room(there)) > ROOMS.index(room(path)):
                yield f"{path}:{line}: {room(path)} is below {room(there)}"


def no_circle(sources: House) -> Iterator[str]:
    reached = {
        path: {there for _, name in imports(source) if (there := target(name, sources)) and there != path}
        for path, source in sources.items()
        if path != "vizcore/__init__.py"
    }
    left = set(reached)
    # A file that imports none of the rest, or that none of the rest imports, is in no circle.
    while free := {
        path for path in left if not reached[path] & left or not any(path in reached[other] for other in left)
    }:
        left -= free
    if left:
        yield f"import each other in a circle: {', '.join(sorted(left))}"


def folders_import_nothing(sources: House) -> Iterator[str]:
    for path, source in sources.items():
        if path.endswith("/__init__.py") and path != "vizcore/__init__.py":
            yield from (f"{path}:{line}: a folder's own file imports {name}" for line, name in imports(source))


def keras_has_its_files(sources: House) -> Iterator[str]:
    for path, source in sources.items():
        for line, name in imports(source, at_the_top=True):
            if name.split(".")[0] in HEAVY and path not in HEAVY_FILES:
                yield f"{path}:{line}: {name} at the top of the file"
            elif target(name, sources) in HEAVY_FILES and path not in HEAVY_FILES:
                yield f"{path}:{line}: {name} brings Keras at the top of the file"


def the_core_knows_no_streamlit(sources: House) -> Iterator[str]:
    for path, source in sources.items():
        forbidden = set()
        if path.startswith(("vizcore/", "ui/jobs/")) or path == "ui/values.py":
            forbidden.add("streamlit")
        if path.startswith("vizcore/"):
            forbidden.add("logging")
        yield from (f"{path}:{line}: {name}" for line, name in imports(source) if name.split(".")[0] in forbidden)


def pages_know_no_arrays(sources: House) -> Iterator[str]:
    forbidden = {"numpy", "PIL", "plotly", *HEAVY}
    for path, source in sources.items():
        if room(path) in ("pages", "streamlit_app.py"):
            yield from (f"{path}:{line}: {name}" for line, name in imports(source) if name.split(".")[0] in forbidden)
            if len(source.splitlines()) > 80:
                yield f"{path} has more than 80 lines"


def numbers_know_no_plotly(sources: House) -> Iterator[str]:
    for path, source in sources.items():
        if not path.startswith("vizcore/") or ROOMS.index(room(path)) >= ROOMS.index("vizcore/figures"):
            continue
        yield from (f"{path}:{line}: {name}" for line, name in imports(source) if name.split(".")[0] == "plotly")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and PLOTLY_WORDS.match(node.value):
                yield f"{path}:{node.lineno}: {node.value!r} is a word of Plotly's"


def streamlit_internals_have_one_file(sources: House) -> Iterator[str]:
    for path, source in sources.items():
        if path == STREAMLIT_INTERNALS:
            continue
        for line, name in imports(source):
            # Only `import streamlit as st` is published; the modules below it are not.
            if name.startswith("streamlit.") and not name.startswith("streamlit.testing."):
                yield f"{path}:{line}: {name} is not published"
        if re.search(r"\bst\._\w|\bst\.(runtime|delta_generator)\b", texts_taken_out(source)):
            yield f"{path}: uses a part of Streamlit that is not published"


def keras_internals_have_one_file(sources: House) -> Iterator[str]:
    for path, source in sources.items():
        # Texts are searched as well: `getattr(model, "_functional")` has the same effect.
        match = UNPUBLISHED_BY_KERAS.search(source)
        if match and path != KERAS_INTERNALS:
            yield f"{path}: {match[0]} is not published by Keras and belongs to {KERAS_INTERNALS}"


def tensorflow_internals_have_one_file(sources: House) -> Iterator[str]:
    for path, source in sources.items():
        match = re.search(r"\b(tensorflow\.python|_SPECIAL_CASES)\b", source)
        if match and path != TENSORFLOW_INTERNALS:
            yield f"{path}: {match[0]} is not published by TensorFlow and belongs to {TENSORFLOW_INTERNALS}"


def state_has_one_room(sources: House) -> Iterator[str]:
    yield from _only_in("ui/session", r"\bst\.(session_state|query_params)\b", sources)


def choices_are_bound_in_one_file(sources: House) -> Iterator[str]:
    for path, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.keyword) and node.arg == "bind" and path != CHOICES:
                yield f"{path}:{node.value.lineno}: a widget that is bound by itself is not kept from page to page"


def environment_has_one_file(sources: House) -> Iterator[str]:
    for path, source in sources.items():
        match = re.search(r"\b(environb?|getenvb?|putenv)\b", texts_taken_out(source))
        if match and path != SETTINGS:
            yield f"{path}: {match[0]} belongs to {SETTINGS}"


def caches_have_one_room(sources: House) -> Iterator[str]:
    yield from _only_in("ui/cached", r"\bst\.cache_(data|resource)\b", sources)


def _only_in(home: str, pattern: str, sources: House) -> Iterator[str]:
    for path, source in sources.items():
        match = re.search(pattern, texts_taken_out(source))
        if match and room(path) != home:
            yield f"{path}: {match[0]} belongs to {home}"


def every_cache_has_a_bound(sources: House) -> Iterator[str]:
    for path, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.FunctionDef):
                continue
            caches = [ast.unparse(item) for item in node.decorator_list if "cache_" in ast.unparse(item)]
            yield from (f"{path}: {node.name} has no bound" for cache in caches if "max_entries=" not in cache)
            arrays = [arg.arg for arg in node.args.args if "Array" in ast.unparse(arg.annotation or ast.Constant(""))]
            if caches and not all(name.startswith("_") for name in arrays):
                yield f"{path}: {node.name} takes an array as a key"


def nothing_that_can_change_is_shared(sources: House) -> Iterator[str]:
    mutable = ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp | ast.SetComp
    for path, source in sources.items():
        for node in ast.parse(source).body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, mutable):
                yield f"{path}:{node.lineno} keeps something that can change, for all visitors"


RULES: tuple[Callable[[House], Iterable[str]], ...] = (
    every_file_has_a_room,
    nothing_imports_upwards,
    no_circle,
    folders_import_nothing,
    keras_has_its_files,
    the_core_knows_no_streamlit,
    pages_know_no_arrays,
    numbers_know_no_plotly,
    streamlit_internals_have_one_file,
    keras_internals_have_one_file,
    tensorflow_internals_have_one_file,
    state_has_one_room,
    choices_are_bound_in_one_file,
    caches_have_one_room,
    environment_has_one_file,
    every_cache_has_a_bound,
    nothing_that_can_change_is_shared,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Callable[[House], Iterable[str]]) -> None:
    assert list(rule(house())) == []


@pytest.mark.parametrize(
    ("rule", "path", "fault"),
    [
        (every_file_has_a_room, "vizcore/helpers.py", ""),
        (every_file_has_a_room, "ui/shared/buttons.py", ""),
        (nothing_imports_upwards, "vizcore/maps/scales.py", "from vizcore.figures import chart"),
        (nothing_imports_upwards, "vizcore/figures/chart.py", "from ui.values import Subject"),
        (nothing_imports_upwards, "ui/parts/picture_row.py", "def f():\n    from ui.home import view"),
        (nothing_imports_upwards, "ui/guard.py", "from tests.browser import steps"),
        (nothing_imports_upwards, "vizcore/light/flips.py", "from . import curves"),
        (nothing_imports_upwards, "ui/values.py", "from vizcore import read"),
        (no_circle, "vizcore/maps/scales.py", "from vizcore.maps import mosaic"),
        (folders_import_nothing, "vizcore/networks/__init__.py", "from vizcore.networks import tutorial"),
        (keras_has_its_files, "vizcore/light/passage.py", "import tensorflow as tf"),
        (keras_has_its_files, "ui/cached/networks.py", "from vizcore.networks.tutorial import build_simple_cnn"),
        (the_core_knows_no_streamlit, "vizcore/light/passage.py", "def f():\n    import streamlit as st"),
        (the_core_knows_no_streamlit, "vizcore/downloads.py", "import logging"),
        (the_core_knows_no_streamlit, "ui/jobs/job.py", "import streamlit as st"),
        (pages_know_no_arrays, "pages/1_Brighten.py", "import numpy as np"),
        (numbers_know_no_plotly, "vizcore/light/curves.py", "import plotly"),
        (numbers_know_no_plotly, "vizcore/maps/mosaic.py", "AXIS = 'xaxis'"),
        (streamlit_internals_have_one_file, "ui/session/choices.py", "from streamlit.runtime import exists"),
        (
            streamlit_internals_have_one_file,
            "ui/light/answer.py",
            "from streamlit.delta_generator import DeltaGenerator",
        ),
        (keras_internals_have_one_file, "vizcore/activations/layers.py", "NODES = model._nodes_by_depth"),
        (keras_internals_have_one_file, "ui/cached/networks.py", "GRAPH = getattr(model, '_functional', model)"),
        (keras_internals_have_one_file, "vizcore/networks/own_model.py", "from keras.src.ops import node"),
        (tensorflow_internals_have_one_file, "vizcore/activations/tracing.py", "from tensorflow.python.eager import x"),
        (state_has_one_room, "ui/light/control.py", "import streamlit as st\nst.session_state['a'] = 1"),
        (state_has_one_room, "ui/cached/light.py", "import streamlit as st\nst.query_params['a'] = 1"),
        (
            choices_are_bound_in_one_file,
            "ui/light/control.py",
            "import streamlit as st\nst.toggle('', key='a', bind='query-params')",
        ),
        (
            caches_have_one_room,
            "ui/session/picture.py",
            "import streamlit as st\n@st.cache_data(max_entries=1)\ndef f(): ...",
        ),
        (environment_has_one_file, "ui/train/controls.py", "import os\nMEMORY = os.environ.get('VIZCORE_MODEL')"),
        (environment_has_one_file, "vizcore/downloads.py", "from os import getenv"),
        (every_cache_has_a_bound, "ui/cached/light.py", "import streamlit as st\n@st.cache_data\ndef f(): ..."),
        (every_cache_has_a_bound, "ui/cached/light.py", "@st.cache_data(max_entries=1)\ndef f(pixels: ByteArray): ..."),
        (nothing_that_can_change_is_shared, "ui/light/control.py", "RETAINED = {}"),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_the_rule_notices_a_fault(rule: Callable[[House], Iterable[str]], path: str, fault: str) -> None:
    sources = house()
    faulty = {**sources, path: f"{sources.get(path, '')}\n{fault}\n"}
    assert any(path in sentence for sentence in rule(faulty))


def test_the_list_of_rooms_is_that_of_the_folders() -> None:
    sources = house()
    there = {room(path) for path in sources} - {""}
    assert there | EXPECTED == set(ROOMS)
    for name in there:
        folder = ROOT / name
        if folder.is_dir() and name != "pages":
            assert ast.get_docstring(ast.parse(sources[f"{name}/__init__.py"])), f"{name} does not say what it holds"


def test_the_tests_stand_in_the_same_tree() -> None:
    for path in [*(ROOT / "tests" / "vizcore").rglob("*"), *(ROOT / "tests" / "ui").rglob("*")]:
        if path.is_dir() and path.name != "__pycache__":
            assert (ROOT / path.relative_to(ROOT / "tests")).is_dir(), f"{path.relative_to(ROOT)} tests no folder"


def test_every_requirement_is_pinned_and_has_its_reason() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    for above, line in zip(["", *lines], lines, strict=False):
        if line and not line.startswith("#"):
            assert re.match(r"[a-z0-9-]+==[0-9.]+( ;|$)", line), line
            assert above.startswith(("#", "tensorflow-cpu")), f"no reason above {line}"
    # Community Cloud would read one of these instead.
    assert not any((ROOT / name).exists() for name in ("uv.lock", "Pipfile", "environment.yml"))

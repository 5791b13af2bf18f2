"""A data set is found by its name or its path, without more than it needs."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vizcore.arrays import ByteArray
from vizcore.datasets.opening import open_dataset
from vizcore.errors import VizcoreError


def noise(height: int, width: int, *, seed: int = 0) -> ByteArray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def png(pixels: ByteArray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def put(path: Path, pixels: ByteArray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(png(pixels))


def test_opening_a_folder_does_not_import_tensorflow(tmp_path: Path) -> None:
    for index, name in enumerate(["a", "a", "b", "b"]):
        put(tmp_path / name / f"{index}.png", noise(5, 7))
    code = (
        "import sys; from vizcore.datasets.opening import open_dataset; "
        f"open_dataset({str(tmp_path)!r}); print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert not {"tensorflow", "keras", "streamlit"} & set(run.stdout.split())


@pytest.mark.parametrize("source", ["nowhere", "", "cifar100", "data.zip"])
def test_an_unknown_source_is_refused_with_what_is_expected(source: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(VizcoreError, match=f"“{source}”|sub-folders"):
        open_dataset(source)

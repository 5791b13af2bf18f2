"""The files of a channel: the script runs in a process of its own and finds the same numbers."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.ui.apps import ROOT, result_of, visitor
from tests.ui.jobs.trainings import FEW, QUICK, ended
from tests.ui.jobs.trainings import result_of as result_of_training
from ui.cached import networks, pictures
from ui.channel.files import Files
from ui.channel.page import unit_of
from ui.jobs.queue import JobQueue
from ui.session.training import restore_training
from ui.values import OpenChannel, Subject
from vizcore.edits.brightness import Light
from vizcore.networks.catalogue import entries
from vizcore.training.result import Plan, Trained


def files_of(
    name: str, opened: OpenChannel, light: Light, *, trained: Callable[[], Trained] | None = None
) -> dict[str, Any]:
    """The files by the ends of their names; `trained` makes the result of a training of the visitor's."""

    def made() -> dict[str, Any]:
        if trained is None:
            entry = entries()[name]
        else:
            result = trained()
            restore_training(None, result)
            entry = result.network.entry
        subject = Subject(pictures.sample("cat"), entry)
        unit = unit_of(subject, light, networks.network_of(entry), opened)
        return {ending: data() for _, ending, _, data in Files(unit).files(960)}

    found: dict[str, Any] = result_of(visitor(), made)
    return found


def just_trained() -> Trained:
    return result_of_training(ended(JobQueue(), Plan(FEW, QUICK)))


@pytest.mark.parametrize(
    ("name", "trained", "more"),
    [("trained", None, []), ("untrained", None, []), ("trained here", just_trained, ["network.weights.h5"])],
)
def test_the_script_makes_the_numbers_again(
    name: str, trained: Callable[[], Trained] | None, more: list[str], tmp_path: Path
) -> None:
    files = files_of(name, OpenChannel("conv2", 17, (5, 9)), Light.of("gamma", 0.5), trained=trained)
    with zipfile.ZipFile(io.BytesIO(files[".zip"])) as archive:
        assert sorted(archive.namelist()) == ["channel.npz", *more, "picture.png", "reproduce.py", "terms.csv"]
        archive.extractall(tmp_path)
    run = [sys.executable, "reproduce.py"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "All numbers are the same."
    # A number that is not the network's is noticed.
    with np.load(tmp_path / "channel.npz") as saved:
        arrays = dict(saved)
    arrays["edited"][3, 4] += 0.1
    np.savez(tmp_path / "channel.npz", **arrays)
    done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode != 0


def test_the_table_has_every_term_and_its_sum_is_the_value() -> None:
    files = files_of("trained", OpenChannel("conv2", 17, (5, 9)), Light.of("gain", 1.5))
    rows = list(csv.DictReader(io.StringIO(files[".csv"])))
    terms, totals = rows[:-4], {row["fed by"]: row for row in rows[-4:]}
    assert len(terms) == 3 * 3 * 32
    for side in ("original", "edited"):
        products = sum(float(row[f"product, {side}"]) for row in terms)
        assert products == pytest.approx(sum(float(r["factor"]) * float(r[f"input, {side}"]) for r in terms))
        before = float(totals["before"][f"input, {side}"])
        assert products + float(totals["bias"][f"input, {side}"]) == pytest.approx(before)
        assert float(totals["value"][f"input, {side}"]) == pytest.approx(max(before, 0))
    with np.load(io.BytesIO(files[".npz"])) as archive:
        assert archive["edited"][5, 9] == pytest.approx(float(totals["in map"]["input, edited"]))
        about = json.loads(str(archive["description"]))
    assert (about["layer"], about["channel"], about["cell"]) == ("conv2", 17, [5, 9])


def test_a_figure_has_the_chosen_width_and_a_vector_has_none() -> None:
    files = files_of("trained", OpenChannel("conv1", 4), Light.of("gain", 1.5))
    picture = Image.open(io.BytesIO(files["-960.png"]))
    assert picture.width == 960
    # The figure fills most of it.
    columns = np.flatnonzero((np.asarray(picture) < 255).any(axis=(0, 2)))
    assert np.ptp(columns) > 600
    assert files[".svg"].startswith("<?xml")
    assert set(files_of("trained", OpenChannel("logits", 3), Light.of("gain", 1.5))) == {".csv", ".npz", ".zip"}

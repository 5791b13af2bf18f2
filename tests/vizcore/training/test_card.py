"""The card says what the weights can do, and the weights come back from their file."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from vizcore.datasets.dataset import Dataset
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.training.card import card, save_weights
from vizcore.training.fitting import prepare
from vizcore.training.options import Options

TINY = Options(epochs=3, batch_size=8)


def test_a_class_that_was_not_tested_has_no_accuracy(tiny: Dataset) -> None:
    some = tiny.test.at(np.nonzero(tiny.test.labels != 3)[0])
    about = card(prepare(tiny, TINY), replace(tiny, test=some), TINY, [], command="")
    assert about["accuracy_per_class"]["triangle"] is None
    assert sum(value is not None for value in about["accuracy_per_class"].values()) == 9
    assert about["epochs"] == 0


def test_weights_are_written_without_the_optimiser_and_come_back(tiny: Dataset, tmp_path: Path) -> None:
    model = prepare(tiny, Options(seed=5))
    about = card(model, tiny, Options(seed=5), [], command="again")
    path = save_weights(tmp_path / "v1.2", model, about)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["v1.2.json", "v1.2.weights.h5"]
    assert path == tmp_path / "v1.2.weights.h5"
    assert path.stat().st_size < 4.5 * model.count_params()
    fresh = build_simple_cnn((64, 64, 3))
    fresh.load_weights(path)
    for after, before in zip(fresh.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(after, before)

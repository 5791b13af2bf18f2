"""Pictures that the tests of this folder train on."""

import pytest

from vizcore.datasets.dataset import Dataset
from vizcore.datasets.shapes import shapes_dataset


@pytest.fixture(scope="session")
def tiny() -> Dataset:
    return shapes_dataset(training=40, test=20, seed=1)

"""Figures of a training: every number that is drawn is one that was given."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from vizcore.errors import VizcoreError
from vizcore.figures.chart import untyped_array
from vizcore.figures.training import confusion_figure, kernels_figure, training_curves_figure
from vizcore.training.options import Epoch, Options, Segment, check_options, history_csv

HISTORY = (Epoch(1, 2.3, 0.1, 2.2, 0.15, 3.0), Epoch(2, 1.9, 0.3, 1.8, 0.35, 2.5))


def test_curves_have_a_point_for_every_epoch_and_room_for_all() -> None:
    figure = training_curves_figure(HISTORY, [Segment(0.5, 2.4, 0.05), Segment(1.0, 2.2, 0.15)], epochs=7)
    lines = figure["data"]
    assert [list(line["y"]) for line in lines] == [
        [2.4, 2.2],
        [2.3, 1.9],
        [2.2, 1.8],
        [0.05, 0.15],
        [0.1, 0.3],
        [0.15, 0.35],
    ]
    assert [line["x"] for line in lines[1:3]] == [[1, 2], [1, 2]]
    assert lines[0]["x"] == [0.5, 1.0]
    assert figure["layout"]["xaxis"]["range"][1] > 7
    assert training_curves_figure([], [], epochs=1)["data"][1]["x"] == []
    assert lines[2]["name"] == "test pictures"
    watched = training_curves_figure(HISTORY, [], epochs=7, watched="validation")
    assert watched["data"][2]["name"] == "validation pictures"


def test_kernels_lie_side_by_side_with_their_numbers() -> None:
    kernels = np.random.default_rng(0).normal(size=(2, 3, 3, 5)).astype(np.float32)
    figure = kernels_figure(kernels, limit=4, title="Kernels", columns=4)
    picture, numbers, bar = figure["data"]
    content = base64.b64decode(picture["source"].partition(",")[2])
    pixels = np.asarray(Image.open(io.BytesIO(content)))
    assert pixels.shape == (5, 15, 4)
    # Channel 4 is the first of the second row; between kernels nothing is drawn.
    level = round(128 + 127 * float(kernels[1, 2, 0, 4]) / 4)
    assert pixels[4, 2, 0] == level
    assert pixels[2, :, 3].tolist() == [0] * 15
    assert pixels[:2, 3, 3].tolist() == [0, 0]
    assert numbers["text"][4][2].startswith("channel 4 · row 1, column 2<br>red ")
    assert f"{kernels[1, 2, 0, 4]:+.3f}".replace("-", "−") in numbers["text"][4][2]
    assert (bar["marker"]["cmin"], bar["marker"]["cmax"]) == (-4, 4)


def test_confusion_shows_numbers_and_is_coloured_by_shares_of_each_row() -> None:
    confusion = np.array([[3, 1, 0], [0, 0, 0], [1000, 0, 1000]], dtype=np.int64)
    figure = confusion_figure(confusion, ["a", "<b>", "c & d"], title="What")
    trace = figure["data"][0]
    np.testing.assert_allclose(untyped_array(trace["z"]), [[0.75, 0.25, 0], [0, 0, 0], [0.5, 0, 0.5]])
    assert trace["text"] == [["3", "1", "0"], ["0", "0", "0"], ["1,000", "0", "1,000"]]
    assert figure["layout"]["xaxis"]["ticktext"] == ["a", "&lt;b&gt;", "c &amp; d"]
    # The first class on top.
    assert figure["layout"]["yaxis"]["range"] == [2.5, -0.5]
    with pytest.raises(VizcoreError, match="shape"):
        confusion_figure(confusion, ["a", "b"], title="")


def test_the_history_is_a_table() -> None:
    lines = history_csv(HISTORY).splitlines()
    assert lines[0] == "number,loss,accuracy,validation_loss,validation_accuracy,seconds"
    assert lines[2] == "2,1.9,0.3,1.8,0.35,2.5"
    assert len(lines) == 3
    assert len(history_csv([]).splitlines()) == 1


def test_options_that_make_no_sense_are_refused_without_keras() -> None:
    check_options(Options())
    with pytest.raises(VizcoreError, match="learning rate"):
        check_options(Options(learning_rate=0))

"""The table of the epochs as it is written, and what options are refused without Keras."""

import pytest

from vizcore.errors import VizcoreError
from vizcore.training.options import Epoch, Options, check_options, history_csv


def test_the_history_is_a_table_with_a_line_per_epoch() -> None:
    history = [Epoch(1, 2.25, 0.125, 2.0, 0.25, 3.5), Epoch(2, 1e-9, 1.0, 1.5, 0.5, 4.0)]
    assert history_csv(history) == (
        "number,loss,accuracy,validation_loss,validation_accuracy,seconds\n"
        "1,2.25,0.125,2.0,0.25,3.5\n"
        "2,1e-09,1.0,1.5,0.5,4.0\n"
    )
    assert history_csv([]).count("\n") == 1


def test_the_usual_options_make_sense_and_a_refusal_says_what_was_given() -> None:
    check_options(Options())
    check_options(Options(epochs=1, batch_size=1, weight_decay=0))
    with pytest.raises(VizcoreError, match="'batch_size': 0"):
        check_options(Options(batch_size=0))

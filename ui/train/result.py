"""The result of a training: its accuracy, its confusion matrix, its worst mistakes, and its files."""

import streamlit as st

from ui.guard import as_text
from ui.parts.download import download
from ui.parts.live_chart.live_chart import ChartLook, live_chart
from ui.parts.picture_row import picture_row
from ui.session import training as session_training
from ui.session.keeping import MINUTES_KEPT
from vizcore.figures.chart import percent
from vizcore.figures.training import confusion_figure
from vizcore.networks.entries import TRAINED_HERE
from vizcore.training.options import history_csv
from vizcore.training.result import Trained

_MISTAKE_WIDTH = 96


def result() -> None:
    """Draw the result of this visitor's last training, if there is one."""
    trained = session_training.trained()
    if trained is None:
        return
    is_old = session_training.is_result_old()
    st.header("Result of the previous training" if is_old else "Result", anchor=False)
    if is_old:
        st.info("This is the result of an earlier training. The one above has none yet.", icon=":material/history:")
    st.write(as_text(trained.network.entry.about))
    _look_into_it()
    left, right = st.columns(2, gap="medium")
    with left:
        live_chart(
            confusion_figure(trained.confusion, trained.classes, title="Confusion matrix of the test pictures"),
            key="confusion",
            description=_spoken(trained),
            look=ChartLook(height=480, file="confusion"),
        )
    with right:
        _mistakes(trained)
    _files(trained)


def _look_into_it() -> None:
    st.page_link(
        "pages/2_Feature_maps.py",
        label="**Look into it, layer by layer**",
        icon=":material/grid_view:",
        query_params={"network": TRAINED_HERE},
    )
    st.caption(
        f"It is in the list of networks as “{TRAINED_HERE}”, for you alone, while this tab is open and up to "
        f"{MINUTES_KEPT} minutes after; a reload does not lose it."
    )


def _spoken(trained: Trained) -> str:
    shares = [
        f"{name} {row[index]} of {row.sum()}"
        for index, (name, row) in enumerate(zip(trained.classes, trained.confusion, strict=True))
    ]
    return f"Confusion matrix. Right: {', '.join(shares)}"


def _mistakes(trained: Trained) -> None:
    st.subheader("Most confident mistakes", anchor=False)
    if not trained.mistakes:
        st.caption("None: every test picture is classified correctly.")
        return
    picture_row(
        [mistake.pixels for mistake in trained.mistakes],
        [
            f"{trained.classes[mistake.true]}, taken for {trained.classes[mistake.predicted]} "
            f"({percent(mistake.probability)})"
            for mistake in trained.mistakes
        ],
        key="mistakes",
        width=_MISTAKE_WIDTH,
    )


def _files(trained: Trained) -> None:
    stem = f"trained-{trained.network.entry.name.split()[-1]}"
    with st.container(horizontal=True, gap="small"):
        for label, data, ending, kind in (
            ("Weights (.weights.h5)", trained.weights_file, ".weights.h5", "application/octet-stream"),
            ("History (CSV)", history_csv(trained.history), ".csv", "text/csv"),
            ("Card with history (JSON)", trained.card, ".json", "application/json"),
        ):
            download(
                label,
                data=data,
                file_name=f"{stem}{ending}",
                mime=kind,
                icon=":material/download:",
            )

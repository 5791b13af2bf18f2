"""plotly.js as a file that the pages load."""

from tests.ui.apps import ROOT
from ui.cached.plotly import STATIC


def test_plotly_is_written_where_the_server_looks_for_it() -> None:
    # Streamlit serves the folder `static` beside the script that is run (`server.enableStaticServing`).
    assert (ROOT / "static").samefile(STATIC)

"""plotly.js from the installed package, as a file that the pages load."""

import gzip
import logging
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile

import streamlit as st

_LOGGER = logging.getLogger(__name__)
STATIC = Path(__file__).parents[2] / "static"


@st.cache_resource(max_entries=1, show_spinner=False)
def plotly_file() -> str:
    """Name of plotly.js below `static/`, written there from the installed package the first time.

    Compressed once here: Streamlit would compress its five megabytes again for every visitor.
    """
    name = f"plotly-{version('plotly')}.min.js.gz"
    target = STATIC / name
    if not target.exists():
        script = files("plotly").joinpath("package_data/plotly.min.js").read_bytes()
        try:
            STATIC.mkdir(exist_ok=True)
            # Under a name of its own first: another process may be doing the same.
            with NamedTemporaryFile(dir=STATIC, suffix=".part", delete=False) as part:
                part.write(gzip.compress(script, mtime=0))
            Path(part.name).chmod(0o644)
            Path(part.name).replace(target)
        except OSError:
            # The pages go on; each chart says that it could not be loaded.
            _LOGGER.exception("plotly.js cannot be written to %s, so no chart will be shown", STATIC)
    return name

"""plotly.js from the installed package, as a static file that the pages load."""

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
    """The name of plotly.js below `static/`. The first call writes the file from the installed package.

    It is compressed once, here. Otherwise Streamlit would compress its five megabytes again for every visitor.
    """
    name = f"plotly-{version('plotly')}.min.js.gz"
    target = STATIC / name
    if not target.exists():
        script = files("plotly").joinpath("package_data/plotly.min.js").read_bytes()
        try:
            STATIC.mkdir(exist_ok=True)
            # The file is written under a unique name and then renamed: another process may write it at the same time.
            with NamedTemporaryFile(dir=STATIC, suffix=".part", delete=False) as part:
                part.write(gzip.compress(script, mtime=0))
            Path(part.name).chmod(0o644)
            Path(part.name).replace(target)
        except OSError:
            # The pages still work; each chart says that it could not be loaded.
            _LOGGER.exception("plotly.js cannot be written to %s, so no chart will be shown", STATIC)
    return name

"""What all tests of the pages share."""

from collections.abc import Iterator

import pytest
from streamlit.components.v2 import manifest_scanner


@pytest.fixture(scope="session", autouse=True)
def installed_components() -> Iterator[None]:
    """Look for Streamlit components among the installed packages once, not for every app: that is most of its time."""
    found = list(manifest_scanner.scan_component_manifests())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield

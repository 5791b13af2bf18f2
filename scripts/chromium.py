"""Print the path of a Chromium for the browser tests; download one if the machine has none.

The order is: the variable CHROMIUM, a Chromium on the machine, Playwright's own, and as root Debian's package. If there
is none, the script prints what to install and fails.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def on_the_machine() -> str | None:
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else []
    candidates += [path for name in NAMES if (path := shutil.which(name))] + list(PLACES)
    return next((path for path in candidates if runs(path)), None)


def runs(path: str) -> bool:
    """Whether the program starts; some packages leave a stub that only prints what to install."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    def where() -> str:
        with sync_playwright() as playwright:
            return playwright.chromium.executable_path

    path = where()
    if not Path(path).exists():
        attempt([sys.executable, "-m", "playwright", "install", "chromium"])
    return path if runs(path) else None


def debians_package() -> str | None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return None
    attempt(["apt-get", "update", "-qq"])
    attempt(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])
    return on_the_machine()


def attempt(command: list[str]) -> None:
    """Run a command that may fail. Its output goes to the terminal, since the script's own output is the path."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, stdout=sys.stderr, env=environment, timeout=900, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{' '.join(command)}: {error}", file=sys.stderr)


def main() -> int:
    path = on_the_machine() or playwrights_own() or debians_package()
    if path is None:
        print(
            "The browser tests need a Chromium and none could be had. Install Chromium or Google Chrome, or give the "
            "path of one: CHROMIUM=/path/to/chrome make test",
            file=sys.stderr,
        )
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

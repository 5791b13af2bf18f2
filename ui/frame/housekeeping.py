"""A thread that gives back, now and then, what visitors who have left still held."""

import ctypes
import gc
import sys
import threading
import time

_NAME = "housekeeping"
_SECONDS_BETWEEN_SWEEPS = 20


def start() -> None:
    """Start the thread, once in a process."""
    if not any(thread.name == _NAME for thread in threading.enumerate()):
        threading.Thread(target=_sweep_for_ever, name=_NAME, daemon=True).start()


def _sweep_for_ever() -> None:
    # Sessions that are forgotten are cycles of references, and no collection runs after a script
    # (`runner.postScriptGC`); once TensorFlow is frozen, one takes milliseconds. glibc keeps freed memory for itself
    # until it is asked.
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    while True:
        time.sleep(_SECONDS_BETWEEN_SWEEPS)
        gc.collect()
        if trim is not None:
            trim(0)

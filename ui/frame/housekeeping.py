"""A thread that regularly releases the memory of visitors who have left."""

import ctypes
import gc
import sys
import threading
import time
from collections.abc import Callable

_NAME = "housekeeping"
_SECONDS_BETWEEN_SWEEPS = 20


def start(forget_old: Callable[[], None]) -> None:
    """Start the thread, once in the process.

    Args:
        forget_old: forgets what was kept of visitors who left long ago.
    """
    if not any(thread.name == _NAME for thread in threading.enumerate()):
        threading.Thread(target=_sweep_for_ever, args=(forget_old,), name=_NAME, daemon=True).start()


def _sweep_for_ever(forget_old: Callable[[], None]) -> None:
    # Ended sessions are reference cycles, and no garbage collection runs after a script (`runner.postScriptGC` is off).
    # A collection takes milliseconds once TensorFlow's objects are frozen. glibc keeps freed memory until `malloc_trim`
    # is called.
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    while True:
        time.sleep(_SECONDS_BETWEEN_SWEEPS)
        forget_old()
        gc.collect()
        if trim is not None:
            trim(0)

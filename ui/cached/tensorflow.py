"""TensorFlow, loaded once in the process, when a page first needs it."""

import gc

import numpy as np
import streamlit as st


@st.cache_resource(max_entries=1, show_spinner="Loading TensorFlow …")
def _tensorflow() -> None:
    """Load TensorFlow once in the process. Pages without a network do not call this and never wait for it."""
    import keras

    from vizcore.activations.tracing import trace

    # After every script run of every session Streamlit 1.67 calls `sys.modules["keras"].backend.clear_session()`, which
    # resets Keras for all threads and costs a garbage collection. Our networks are built once and have names, so there
    # is nothing to clear. `keras.utils.clear_session` is not replaced.
    keras.backend.clear_session = _nothing_to_clear
    # A first forward pass makes TensorFlow create its lasting objects before the freeze.
    smallest = [keras.Input((1, 1, 3), name="picture"), keras.layers.Dense(1, name="dense")]
    trace(keras.Sequential(smallest, name="smallest")).read(np.zeros((1, 1, 1, 3), np.float32), ["dense"])
    # TensorFlow's objects live as long as the process, so no garbage collection need visit them again. Networks are
    # built after the freeze, because a frozen object could never be released.
    gc.collect()
    gc.freeze()


def load_tensorflow() -> None:
    """Load TensorFlow, if it is not loaded yet. Call it before a thread that must not wait for Streamlit needs it."""
    _tensorflow()


def _nothing_to_clear(free_memory: bool = True) -> None:
    """Replaces `keras.backend.clear_session`."""

"""TensorFlow, loaded once, where the pages need it."""

import gc

import numpy as np
import streamlit as st


@st.cache_resource(max_entries=1, show_spinner="Loading TensorFlow …")
def _tensorflow() -> None:
    """Load TensorFlow, once, where the pages need it; those without a network never wait for it."""
    import keras

    from vizcore.activations.tracing import trace

    # After every script run of every session Streamlit 1.67 calls `sys.modules["keras"].backend.clear_session()`, which
    # resets Keras for all threads and costs a collection. Our networks are built once and named, so there is nothing to
    # clear; `keras.utils.clear_session` stays as it is.
    keras.backend.clear_session = _nothing_to_clear
    # A first pass through all of it, so that what TensorFlow makes once is made before the freeze.
    smallest = [keras.Input((1, 1, 3), name="picture"), keras.layers.Dense(1, name="dense")]
    trace(keras.Sequential(smallest, name="smallest")).read(np.zeros((1, 1, 1, 3), np.float32), ["dense"])
    # TensorFlow's objects live as long as the process: no collection need look at them again. Networks are not among
    # them: what is frozen could never be released.
    gc.collect()
    gc.freeze()


def load_tensorflow() -> None:
    """Load TensorFlow, if it is not yet: before a thread of its own, which must not wait for Streamlit, needs it."""
    _tensorflow()


def _nothing_to_clear(free_memory: bool = True) -> None:
    """Stands in for `keras.backend.clear_session`."""

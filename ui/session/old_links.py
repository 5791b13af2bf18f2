"""Parameters of addresses that have other names today."""

import streamlit as st


def take_parameter(name: str) -> str | None:
    """The value of a parameter of the address, which is removed from it; None if the address has no such parameter.

    Args:
        name: of a parameter that no widget of today has.
    """
    value: str | None = st.query_params.get(name)
    if value is not None:
        del st.query_params[name]
    return value

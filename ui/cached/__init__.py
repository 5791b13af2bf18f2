"""The only room with `st.cache_*`.

The keys of a cache are texts, numbers, and values that are hashed by a text. Arrays are passed as `_arguments`, which
Streamlit does not hash. Every cache has a bound.
"""

"""The only room with `st.cache_*`.

Keys are texts, numbers, and values that become a text; arrays come as `_arguments`; every cache has a bound.
"""

"""The only room with `st.cache_*`. Keys are texts and numbers, arrays come as `_arguments`, every cache has a bound."""

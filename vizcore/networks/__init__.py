"""The networks that can be chosen, and how each is built."""

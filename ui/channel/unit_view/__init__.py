"""Component: one cell of a channel, where it looks, and the arithmetic that makes it."""

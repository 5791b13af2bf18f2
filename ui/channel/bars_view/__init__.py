"""Component: named numbers as bars to both sides of zero, each a link."""

"""Component: the field of the cell under the pointer, on the picture in the sidebar."""

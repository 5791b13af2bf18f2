"""Edits of a picture: brightness as tables of 256 entries, and steps of `tf.image`."""

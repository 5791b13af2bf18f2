"""The layers of a model and their outputs, read in one traced pass. Only this room uses Keras's graphs."""

"""The layers of a model and their outputs, read in one traced pass. The only room that knows Keras's graphs."""

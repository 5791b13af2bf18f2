"""Conversion of a picture to the size and the numbers of a network's input, with rounding to bytes or exact."""

"""Activations as levels on a named scale, and all channels of a layer as one picture."""

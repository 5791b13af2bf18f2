"""The frame of every page: navigation, the choice of picture, the choice of network."""

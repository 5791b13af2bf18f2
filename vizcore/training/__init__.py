"""Training of the tutorial's network with `model.fit`, and the command `python -m vizcore.training`."""

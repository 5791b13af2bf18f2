"""`model.fit` with what surrounds it, and the command `python -m vizcore.training`."""

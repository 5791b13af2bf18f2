"""One channel of a network, all the way down: where it looks and what it computes. It rests on `activations/` alone."""

"""One channel all the way down: where a cell looks. This rests on `activations/` alone, on no catalogue and no page."""

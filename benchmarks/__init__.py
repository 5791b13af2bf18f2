"""Measurements of the app's costs: `python -m benchmarks.run`, which `make bench` calls."""

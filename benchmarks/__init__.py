"""What the app costs, measured: `python -m benchmarks.run`, which `make bench` calls."""

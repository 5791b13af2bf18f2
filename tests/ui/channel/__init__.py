"""Tests of the Channel page without a browser."""

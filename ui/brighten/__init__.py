"""The Brighten page below the picture."""

"""What surrounds every page: navigation, the picture, the choice of network."""

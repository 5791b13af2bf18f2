"""A picture becomes the size and the numbers that a network takes, rounded as it happens or exactly."""

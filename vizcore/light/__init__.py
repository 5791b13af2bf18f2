"""One picture through one network at any brightness: curves, winners, flips, change, laws."""

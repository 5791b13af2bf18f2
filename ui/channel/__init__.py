"""The Channel page: one channel of one layer, all the way down."""

"""The slider, the picture under it, what follows its thumb, and what the network answers."""

"""The brightness slider, the picture below it, the parts that follow its thumb, and the network's answer."""

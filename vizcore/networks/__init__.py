"""The networks in the list, and the code that builds each of them."""

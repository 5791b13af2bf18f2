"""The error for input that cannot be used."""


class VizcoreError(ValueError):
    """Input from outside cannot be used.

    The message is one or two sentences for the person who provided the input: the actual value, the expected one, the
    remedy. It is shown unchanged. Every other exception is a bug of this program.
    """

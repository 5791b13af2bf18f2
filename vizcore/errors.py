"""The one error a visitor can cause."""


class VizcoreError(ValueError):
    """Something given from outside cannot be used.

    The message is one or two sentences for the person who gave it: what came, what is expected, what to do. It is shown
    as it stands. Everything else that is raised is our own bug.
    """

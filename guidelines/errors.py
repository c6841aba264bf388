"""What the room refuses, in words for a screen."""


class RefusedError(ValueError):
    """An act that cannot be done; the text says why and what to do, in the person's language."""

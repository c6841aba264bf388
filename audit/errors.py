"""What the log refuses."""


class AuditError(Exception):
    """The log refuses; the message says what to do instead."""


class OutsideTransactionError(AuditError):
    """An event without the change it tells of: both must be in one transaction."""

    def __init__(self, action: str) -> None:
        super().__init__(f"{action}: write to the log in one transaction.atomic() with the change it tells of.")


class WrongMunicipalityError(AuditError):
    """Somebody acts on what belongs to another municipality."""

    def __init__(self, action: str, *, actor: int, subject: int) -> None:
        super().__init__(f"{action}: somebody of municipality {actor} may not act on what is municipality {subject}'s.")


class UnloggableError(AuditError):
    """The log holds ids, short codes and hashes, and nothing else."""


class LongTextError(UnloggableError):
    """A text in the log would stay there for ever."""

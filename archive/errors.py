"""What an act of the archive is refused with, and who may act."""

from django.utils.translation import gettext as _

from team.models import Membership


class ArchiveRefusedError(Exception):
    """An act of the archive was refused; str() is what to tell the archivist."""


def must_archive(by: Membership) -> None:
    """Refuse everybody but archivists."""
    if not by.may_archive:
        raise ArchiveRefusedError(_("Bare en arkivar kan gjøre dette."))


class QuestionError(ArchiveRefusedError):
    """Something must be looked at by a person and then may stand; `questions` are whole sentences."""

    def __init__(self, questions: list[str]) -> None:
        self.questions = questions
        super().__init__(" ".join(questions))


class NotPackableError(Exception):
    """A record cannot be packed as it is; str() says why, in words for the archivist."""

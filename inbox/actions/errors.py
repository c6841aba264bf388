"""Why an act was refused, in words the person can act on."""

from collections.abc import Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidelines.duties import Obligation
from guidelines.own_words import said_by
from inbox.models import Comment
from team.models import Municipality

ERASED = gettext_lazy("Innholdet er slettet. Det er ikke noe igjen å arbeide med.")


class RefusedError(Exception):
    """An act was refused; str() is what to tell the person."""


class NotAllowedError(RefusedError):
    """The person's role does not cover the act."""


class TakenError(RefusedError):
    """Somebody else was first."""


def refuse_erased(comment: Comment) -> None:
    """Refuse what needs the words of a comment whose words were erased."""
    if comment.erased_at:
        raise RefusedError(str(ERASED))


class ChangedMeanwhileError(RefusedError):
    """The text was saved by somebody else since this person opened it. Both texts are kept."""


class ObligationsUnmetError(RefusedError):
    """The reply lacks something the guideline asks to stand in it, or to be decided before it."""

    def __init__(self, missing: Sequence[Obligation], municipality: Municipality) -> None:
        self.missing = list(missing)
        named = [f"{said_by(municipality, one.title)} ({said_by(municipality, one.point)})" for one in missing]
        super().__init__(_("Svaret mangler: %(duties)s.") % {"duties": get_text_list(named, _("og"))})

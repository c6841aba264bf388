"""One act on many comments: each with its own event, the refused ones named with why, tried before it is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from audit.moves import IllegalMoveError
from inbox.actions.errors import RefusedError
from inbox.models import Comment

MOST = 200  # comments at once

Act = Callable[[Comment], object]


@dataclass
class Outcome:
    """What became of each comment."""

    done: list[Comment] = field(default_factory=list)
    refused: list[tuple[Comment, str]] = field(default_factory=list)


class _OnlyTriedError(Exception):
    """Takes back what was done to try it."""


@transaction.atomic
def each(comments: Sequence[Comment], act: Act) -> Outcome:
    """Do the act to each comment, in the order of ids; one that is refused keeps none of the others back.

    RefusedError when there are none, or more than MOST.
    """
    if not comments:
        raise RefusedError(_("Velg minst én kommentar."))
    if len(comments) > MOST:
        raise RefusedError(_("Velg høyst %(most)d kommentarer om gangen.") % {"most": MOST})
    outcome = Outcome()
    for comment in sorted(comments, key=lambda one: one.pk):
        try:
            with transaction.atomic():
                act(comment)
        except RefusedError as refusal:
            outcome.refused.append((comment, str(refusal)))
        except IllegalMoveError:
            outcome.refused.append((comment, _("Kommentaren står ikke slik lenger at dette kan gjøres.")))
        else:
            outcome.done.append(comment)
    return outcome


def tried(comments: Sequence[Comment], act: Act) -> Outcome:
    """Return what `each` would do now, by doing it and taking all of it back: no guess can be nearer.

    The comments must be read anew afterwards: their rows are as before, the objects are not.
    """
    outcome = Outcome()
    try:
        with transaction.atomic():
            outcome = each(comments, act)
            raise _OnlyTriedError
    except _OnlyTriedError:
        return outcome

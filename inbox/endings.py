"""The lawful ways to end a comment without an answer, and what each of them asks of the comment."""

from collections.abc import Callable
from functools import cached_property

from django.db import connection
from django.utils.translation import gettext as _

from guidelines.duties import Facts, Flag, Sorting, ends_without_answer
from guidelines.queries import duties_in_force, policy_of
from inbox.models import Comment, Intervention, Reply
from inbox.obligations import facts_of
from inbox.reading.emoji import is_emoji_only
from inbox.workflow import CommentStatus, InterventionStatus, ReplyStatus

Ending = Comment.Ending
Kind = Intervention.Kind
BY_LAW = frozenset({Flag.ACCESS_REQUEST, Flag.COMPLAINT})


class Situation:
    """One comment and what decides its endings; each fact is fetched once, when something asks for it."""

    def __init__(self, comment: Comment) -> None:
        self.comment = comment

    @cached_property
    def facts(self) -> Facts:
        return facts_of(self.comment)

    @cached_property
    def may_stay_silent(self) -> bool:
        return ends_without_answer(duties_in_force(self.comment.municipality), self.facts)

    @cached_property
    def citizens_may_be_left(self) -> bool:
        return policy_of(self.comment.municipality).citizens_may_be_left

    @cached_property
    def is_answered(self) -> bool:
        """A published answer to this very comment."""
        return self.comment.replies.filter(status=ReplyStatus.PUBLISHED, is_interim=False).exists()

    @cached_property
    def is_in_dialogue(self) -> bool:
        """The sender has had an answer in this branch: to this comment, or to one of their own above it."""
        answers = Reply.objects.filter(status=ReplyStatus.PUBLISHED, is_interim=False)
        return answers.filter(comment__in=_own_branch(self.comment)).exists()

    @cached_property
    def joint_replies(self) -> list[Reply]:
        return joint_replies_for(self.comment)

    @cached_property
    def done(self) -> set[str]:
        """The kinds of acts on the comment that are carried out and stand."""
        acts = self.comment.interventions.filter(status=InterventionStatus.CARRIED_OUT)
        return set(acts.values_list("kind", flat=True))

    @cached_property
    def is_to_another_citizen(self) -> bool:
        parent = self.comment.parent
        return (
            parent is not None
            and self.comment.answered_reply_id is None
            and parent.status != CommentStatus.OURS
            and parent.author_external_id != self.comment.author_external_id
        )


def why_not_end(situation: Situation, ending: str) -> str:
    """Return why the comment cannot end so, in bokmål; "" when it can."""
    if ending not in _RULES:
        return _("Velg en av måtene en kommentar kan avsluttes på.")
    return next((reason for rule in _RULES[Ending(ending)] if (reason := rule(situation))), "")


def is_standing_praise(comment: Comment) -> bool:
    """Tell whether a like is thanks enough: praise and nothing else, of emoji only (guideline point 2 a)."""
    return comment.sortings == [Sorting.PRAISE] and not comment.flags and is_emoji_only(comment.text)


def joint_replies_for(comment: Comment) -> list[Reply]:
    """Return published replies to others on the same post that may have answered this one too.

    Joint ones first, then the newest; neither what went to one sender alone nor what only promised an answer.
    """
    if comment.post_id is None:
        return []
    replies = Reply.objects.filter(
        status=ReplyStatus.PUBLISHED, comment__post_id=comment.post_id, is_interim=False
    ).exclude(place=Reply.Place.PRIVATE)
    others = replies.exclude(comment=comment).select_related("comment")
    return list(others.order_by("-is_joint", "-published_at")[:20])


def closed_threads(comments: list[Comment]) -> set[int]:
    """Return the ids of those written in a branch whose dialogue we have ended with the same sender: one query.

    They raise no alarm, and stay visible; opening the ended comment again makes them usual comments.
    """
    ids = [one.pk for one in comments if one.parent_id]
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED, {"ids": ids, "ending": Ending.DIALOGUE_ENDED})
        return {pk for (pk,) in cursor.fetchall()}


# Up through the parents of each, at most fifty steps: a thread cannot be a ring, but a platform's data may be.
_CLOSED = """
    WITH RECURSIVE up AS (
        SELECT id AS start, parent_id, author_external_id AS author, 0 AS depth
        FROM inbox_comment WHERE id = ANY(%(ids)s)
        UNION ALL
        SELECT up.start, c.parent_id, up.author, up.depth + 1
        FROM up JOIN inbox_comment c ON c.id = up.parent_id WHERE up.depth < 50
    )
    SELECT DISTINCT up.start FROM up JOIN inbox_comment c ON c.id = up.parent_id
    WHERE c.ending = %(ending)s AND c.author_external_id = up.author AND up.author <> ''
"""
_OWN_BRANCH = """
    WITH RECURSIVE up AS (
        SELECT id, parent_id, author_external_id, 0 AS depth FROM inbox_comment WHERE id = %(id)s
        UNION ALL
        SELECT c.id, c.parent_id, c.author_external_id, up.depth + 1
        FROM up JOIN inbox_comment c ON c.id = up.parent_id WHERE up.depth < 50
    )
    SELECT id FROM up WHERE id = %(id)s OR (author_external_id = %(author)s AND author_external_id <> '')
"""


def _own_branch(comment: Comment) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_OWN_BRANCH, {"id": comment.pk, "author": comment.author_external_id})
        return [pk for (pk,) in cursor.fetchall()]


def _sorted(situation: Situation) -> str:
    return "" if situation.facts.sortings else _("Sorter kommentaren først.")


def _no_demand_by_law(situation: Situation) -> str:
    if situation.facts.flags & BY_LAW and not situation.is_answered:
        return _("Innsynskrav og klage skal besvares og sendes videre. De avsluttes ikke slik.")
    return ""


def _nothing_asked(situation: Situation) -> str:
    if situation.may_stay_silent:
        return ""
    return _("Kommentaren kan ikke avsluttes slik: retningslinjene krever et svar.")


def _deleted(situation: Situation) -> str:
    by_us = Kind.DELETE in situation.done
    return "" if situation.comment.deleted_at and not by_us else _("Avsenderen har ikke slettet kommentaren.")


def _has_joint_reply(situation: Situation) -> str:
    return "" if situation.joint_replies else _("Vi har ikke publisert noe svar under det samme innlegget.")


def _unanswered(situation: Situation) -> str:
    return _("Kommentaren er besvart. Da er den ikke søppel.") if situation.is_answered else ""


def _hidden(situation: Situation) -> str:
    if situation.done & {Kind.HIDE, Kind.DELETE}:
        return ""
    return _("Kommentaren er ikke skjult eller slettet etter en husregel. Velg «Skjul …» først.")


def _emoji_praise(situation: Situation) -> str:
    if is_standing_praise(situation.comment):
        return ""
    return _("Bare ros med bare emojier kan takkes med en like. Andre skal ha et svar.")


def _liked(situation: Situation) -> str:
    return "" if Kind.LIKE in situation.done else _("Kommentaren er ikke likt ennå.")


def _flagged_threat(situation: Situation) -> str:
    return "" if Flag.THREAT in situation.facts.flags else _("Ingen har merket kommentaren som trussel.")


def _left_to_citizens(situation: Situation) -> str:
    if not situation.citizens_may_be_left:
        return _("Kommunen har ikke åpnet for å la innbyggere svare hverandre. Lederen kan endre det.")
    return "" if situation.is_to_another_citizen else _("Kommentaren er ikke et svar til en annen innbygger.")


def _no_case(situation: Situation) -> str:
    is_case = Sorting.CASE_HANDLING in situation.facts.sortings
    return _("Saksbehandling skal besvares.") if is_case and not situation.is_answered else ""


def _answered_before(situation: Situation) -> str:
    return "" if situation.is_in_dialogue else _("Dialogen kan avsluttes når avsenderen har fått minst ett svar.")


_RULES: dict[Ending, tuple[Callable[[Situation], str], ...]] = {
    Ending.ANSWERED_JOINTLY: (_sorted, _has_joint_reply, _no_demand_by_law),
    Ending.NOT_TO_US: (_sorted, _nothing_asked),
    Ending.DIALOGUE_ENDED: (_sorted, _answered_before, _no_demand_by_law, _no_case),
    Ending.AMONG_CITIZENS: (_sorted, _left_to_citizens, _no_demand_by_law, _no_case),
    Ending.DELETED_BY_SENDER: (_deleted,),
    Ending.SPAM: (_unanswered,),
    Ending.HIDDEN_BY_RULE: (_hidden, _no_demand_by_law),
    Ending.THREAT_REPORTED: (_flagged_threat,),
    Ending.LIKED: (_emoji_praise, _liked),
}

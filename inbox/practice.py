"""How far somebody has come in the practice: five invented comments, each with its task (decision 0009)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guidelines.duties import Sorting
from inbox.channels.practice import COMMENTS
from inbox.models import Comment
from inbox.workflow import CommentStatus, ForwardingStatus
from team.models import Membership

HANDED_IN = frozenset({CommentStatus.IN_REVIEW, CommentStatus.GOING_OUT, CommentStatus.DONE})


@dataclass(frozen=True)
class Task:
    """What is to be done with one comment. `sorting` is what it should be sorted as; None: ended without an answer."""

    key: str
    title: str | Promise
    how: str | Promise
    sorting: Sorting | None


TASKS = (
    Task(
        "ros",
        _("Takk for ros"),
        _("Sorter som Ros (1) og publiser takken som står klar (Ctrl + Enter). Den er godkjent på forhånd."),
        Sorting.PRAISE,
    ),
    Task(
        "noytral",
        _("Svar på et spørsmål"),
        _("Sorter som Nøytral (2). Velg en mal (m), eller skriv svaret selv (r). Send det med Ctrl + Enter."),
        Sorting.NEUTRAL,
    ),
    Task(
        "feil",
        _("Rett en feil"),
        _("Sorter som Faktafeil (4) og svar (r). Sett inn det riktige fra faktabanken. Da følger kilden med."),
        Sorting.FACTUAL_ERROR,
    ),
    Task(
        "avslutt",
        _("Avslutt uten svar"),
        _("Dette er søppel. Trykk s, eller velg Ferdig uten svar (f) og Søppel eller svindel."),
        None,
    ),
    Task(
        "sak",
        _("Send en sak videre"),
        _("Sorter som Saksbehandling (5) og svar (r). Sett inn merknadene, velg enhet, og send til godkjenning."),
        Sorting.CASE_HANDLING,
    ),
)


@dataclass(frozen=True)
class Step:
    """One task as it stands now. `is_astray`: the comment is finished, but not as the task asks; it can be redone."""

    task: Task
    comment: Comment
    is_done: bool
    is_astray: bool


@dataclass(frozen=True)
class Progress:
    """The five steps in order."""

    steps: list[Step]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def total(self) -> int:
        return len(COMMENTS)

    @property
    def is_finished(self) -> bool:
        return self.done == self.total

    @property
    def next(self) -> Step | None:
        """The first that is left to do."""
        return next((step for step in self.steps if not step.is_done), None)


def progress_of(member: Membership) -> Progress:
    """Return how far the member has come in the practice municipality they are in (two queries)."""
    rows = Comment.objects.filter(municipality_id=member.municipality_id, channel__platform="practice")
    found = {one.external_id: one for one in rows.prefetch_related("forwardings")}
    return Progress([_step(task, found[task.key]) for task in TASKS if task.key in found])


def _step(task: Task, comment: Comment) -> Step:
    handed_in = comment.status in HANDED_IN
    done = handed_in and _as_asked(task, comment)
    return Step(task, comment, done, is_astray=handed_in and not done)


def _as_asked(task: Task, comment: Comment) -> bool:
    if task.sorting is None:
        return bool(comment.ending)
    if task.sorting not in comment.sortings or comment.ending:
        return False
    return task.sorting != Sorting.CASE_HANDLING or any(
        one.status != ForwardingStatus.WITHDRAWN for one in comment.forwardings.all()
    )

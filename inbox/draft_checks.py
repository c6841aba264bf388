"""The checks of a draft against the comment it answers, each with its clause, and what a lead has overridden."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from audit import log
from guidelines.duties import Check, Duty, Flag, duty_for_check
from guidelines.own_words import said_by
from guidelines.queries import duties_in_force
from inbox.models import Comment, Override, Reply
from inbox.reading.drafts import DraftFinding, Severity, check_draft
from inbox.readings import context_for, findings_of
from inbox.sealing import opened
from team.models import Municipality


@dataclass(frozen=True)
class CheckLine:
    """One check with what it found: the words for the screen, the duty's point, and the lead's override if any."""

    check: Check
    blocking: bool
    words: str
    point: str
    override: Override | None = None

    @property
    def stops(self) -> bool:
        """Whether the reply is held back by this line."""
        return self.blocking and not (self.override and self.override.by_id)

    @property
    def is_asked(self) -> bool:
        """Whether a lead has been asked to override it."""
        return self.blocking and self.override is not None


@dataclass(frozen=True)
class DraftChecks:
    """Everything the checks say of one text."""

    lines: Sequence[CheckLine] = field(default_factory=list)

    @property
    def stopping(self) -> list[CheckLine]:
        """The lines that hold the reply back."""
        return [line for line in self.lines if line.stops]

    def overrides(self) -> list[Override]:
        """Return the overrides of this very text, asked for or decided, each once."""
        return list({line.override.pk: line.override for line in self.lines if line.override}.values())


def checks_of(reply: Reply) -> DraftChecks:
    """Return what the checks say of the reply's text as it is saved."""
    found = list(dict.fromkeys(one for comment in reply.answers for one in found_in(comment, reply.text)))
    if not found:
        return DraftChecks()
    duties = duties_in_force(reply.municipality)
    overrides = {
        one.check_name: one
        for one in Override.objects.filter(reply=reply, text_hash=log.content_hash(reply.text)).select_related(
            "by__user", "asked_by__user"
        )
    }
    return DraftChecks([_line(one, duties, overrides, reply.municipality) for one in found])


def found_in(comment: Comment, text: str) -> list[DraftFinding]:
    """Return what a text in answer to the comment says and should not."""
    if not text:
        return []
    context = context_for(comment.municipality)
    political = Flag.POLITICAL.value in comment.flags
    return check_draft(text, opened(comment).text, findings_of(comment), context, political=political)


def _line(
    found: DraftFinding, duties: Sequence[Duty], overrides: dict[str, Override], municipality: Municipality
) -> CheckLine:
    check = Check(found.check)
    duty = duty_for_check(duties, check)
    blocking = found.severity is Severity.BLOCKING
    words = said_by(municipality, found.words)
    return CheckLine(
        check,
        blocking,
        words % {"words": found.quoted} if found.quoted else words,
        said_by(municipality, duty.point) if duty else "",
        overrides.get(found.check) if blocking else None,
    )

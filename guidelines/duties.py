"""What a guideline asks of one comment. Pure rules: values in, values out, no Django.

The rows come from the municipality's own guideline (`packs/*.toml`, then the database); nothing here knows which
municipality asks. Texts are bokmål message ids; the page translates them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from guidelines import wording
from guidelines.vocabulary import (
    NOTICES,
    WORDS_TO_THE_SENDER,
    Check,
    DutyKind,
    EnquiryChoice,
    Flag,
    Forwarding,
    Sorting,
    Stage,
    State,
)
from guidelines.wording import WordingError

__all__ = [
    "Assessment",
    "Check",
    "Duty",
    "DutyKind",
    "EnquiryChoice",
    "Facts",
    "Flag",
    "Forwarding",
    "Obligation",
    "Sorting",
    "SortingError",
    "Stage",
    "State",
    "When",
    "WordingError",
    "Work",
    "alternative_text",
    "assess",
    "duty_for_check",
    "ends_without_answer",
    "must_be_archived",
    "notice_text",
    "obligations_for",
    "short_notice_text",
    "stands_in",
    "unmet",
    "validate_sortings",
]


def gettext_noop(message: str) -> str:
    """Mark a text for the message catalogue; this module must not know Django."""
    return message


class SortingError(ValueError):
    """A set of sortings that cannot stand; the text is a bokmål message id."""


@dataclass(frozen=True)
class Facts:
    """What a person has decided about a comment.

    `addressed_to_us` unanswered counts as yes and `documentation_value` unanswered as no: the standing answers.
    """

    sortings: frozenset[Sorting] = frozenset()
    flags: frozenset[Flag] = frozenset()
    addressed_to_us: bool | None = None
    documentation_value: bool | None = None


@dataclass(frozen=True)
class When:
    """One set of conditions; all of them must hold. Sortings and flags are any-of; empty asks nothing."""

    sortings: frozenset[Sorting] = frozenset()
    flags: frozenset[Flag] = frozenset()
    without_flags: frozenset[Flag] = frozenset()
    addressed_to_us: bool | None = None
    documentation_value: bool | None = None

    def fits(self, facts: Facts) -> bool:
        return (
            (not self.sortings or bool(self.sortings & facts.sortings))
            and (not self.flags or bool(self.flags & facts.flags))
            and not self.without_flags & facts.flags
            and self.addressed_to_us in {None, facts.addressed_to_us is not False}
            and self.documentation_value in {None, facts.documentation_value is True}
        )


@dataclass(frozen=True)
class Duty:
    """One row of a guideline. An empty `clause` means that the law asks, whatever the guideline says."""

    code: str
    clause: str
    point: str
    kind: DutyKind
    stage: Stage
    title: str
    when: tuple[When, ...]
    wording: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    short_wording: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    recognised_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    alternatives: frozenset[EnquiryChoice] = frozenset()
    alternative_wording: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    draft_check: Check | None = None
    same_day: bool = False

    @property
    def is_notice(self) -> bool:
        """Something that must be told to the sender in given words."""
        return self.kind in NOTICES

    @property
    def asks_choice(self) -> bool:
        """A person must choose how it is kept."""
        return bool(self.alternatives)

    @property
    def is_check(self) -> bool:
        """Belongs to the live checks under the reply, not to the panel of duties."""
        return self.kind is DutyKind.OWN_CHECK

    def applies_to(self, facts: Facts) -> bool:
        return any(one.fits(facts) for one in self.when)


@dataclass(frozen=True)
class Work:
    """What has been done about a comment so far.

    `liked` is True only where the municipality lets a like count as thanks; `second_reviewer` when somebody other than
    the author approves, or will; `passed` are the draft checks that found nothing.
    """

    text: str = ""
    has_source: bool = False
    enquiry_choice: EnquiryChoice | None = None
    forwarding: Forwarding = Forwarding.NONE
    replied: bool = False
    liked: bool = False
    archived: bool = False
    second_reviewer: bool = False
    passed: frozenset[Check] = frozenset()


@dataclass(frozen=True)
class Obligation:
    """A duty that one comment raises."""

    duty: Duty

    @property
    def code(self) -> str:
        return self.duty.code

    @property
    def clause(self) -> str:
        return self.duty.clause

    @property
    def point(self) -> str:
        return self.duty.point

    @property
    def title(self) -> str:
        return self.duty.title

    @property
    def kind(self) -> DutyKind:
        return self.duty.kind

    @property
    def stage(self) -> Stage:
        return self.duty.stage


@dataclass(frozen=True)
class Assessment:
    """How an obligation stands, and why (a bokmål message id; may hold fields of `wording.TITLE_FIELDS`)."""

    obligation: Obligation
    state: State
    explanation: str


def validate_sortings(sortings: Iterable[Sorting]) -> None:
    """Raise SortingError unless there is at least one sorting, and neutral stands alone."""
    chosen = set(sortings)
    if not chosen:
        raise SortingError(gettext_noop("Velg minst én sortering."))
    if Sorting.NEUTRAL in chosen and len(chosen) > 1:
        raise SortingError(gettext_noop("Nøytral står alene. Fjern nøytral, eller fjern de andre."))


def obligations_for(duties: Iterable[Duty], facts: Facts) -> list[Obligation]:
    """Return what the duties ask of a comment with these facts, in the duties' own order."""
    return [Obligation(duty) for duty in duties if duty.applies_to(facts)]


def assess(obligations: Iterable[Obligation], work: Work) -> list[Assessment]:
    """Return how each obligation stands, in the same order."""
    return [_assess_one(obligation, work) for obligation in obligations]


def unmet(obligations: Iterable[Obligation], work: Work) -> list[Obligation]:
    """Return the obligations that hold the reply back: what must stand in the text, or be decided before it."""
    return [
        one.obligation
        for one in assess(obligations, work)
        if one.state is State.MISSING and one.obligation.stage.blocks
    ]


def ends_without_answer(duties: Iterable[Duty], facts: Facts) -> bool:
    """Tell whether a sorted comment may end with no words to the sender. An unsorted one may not.

    The lawful endings (spam, deleted by the sender, answered jointly ...) are another matter and need no duty's leave.
    """
    return bool(facts.sortings) and not _asks(duties, facts, WORDS_TO_THE_SENDER)


def must_be_archived(duties: Iterable[Duty], facts: Facts) -> bool:
    """Tell whether an archive record must exist from now on, answered or not."""
    return _asks(duties, facts, {DutyKind.ARCHIVE})


def stands_in(duty: Duty, text: str) -> bool:
    """Tell whether the duty's notice stands in the text, in any of its languages."""
    return wording.says((phrase for phrases in duty.recognised_by.values() for phrase in phrases), text)


def notice_text(duty: Duty, language: str, fields: Mapping[str, str]) -> str:
    """Return the notice to put into the reply; see `wording.fill` for fields, languages and WordingError."""
    return wording.fill(duty.wording, language, fields)


def short_notice_text(duty: Duty, language: str, fields: Mapping[str, str]) -> str:
    """Return the notice with a link, for a reply that is too long with the whole one.

    Never in another language than asked for; WordingError when the guideline or the municipality has none.
    """
    return wording.fill({language: duty.short_wording.get(language, ())}, language, fields)


def alternative_text(duty: Duty, language: str, fields: Mapping[str, str]) -> str:
    """Return what to tell the sender when the question is forwarded instead: offered, never demanded."""
    return wording.fill(duty.alternative_wording, language, fields)


def duty_for_check(duties: Iterable[Duty], check: Check) -> Duty | None:
    """Return the duty that a draft check cites, or None when the guideline has no such row."""
    return next((duty for duty in duties if duty.draft_check is check), None)


def _asks(duties: Iterable[Duty], facts: Facts, kinds: Iterable[DutyKind]) -> bool:
    return any(obligation.kind in kinds for obligation in obligations_for(duties, facts))


Verdict = tuple[State, str]


def _assess_one(obligation: Obligation, work: Work) -> Assessment:
    state, explanation = _RULES[obligation.kind](obligation.duty, work)
    return Assessment(obligation, state, explanation)


def _thanks(_duty: Duty, work: Work) -> Verdict:
    if work.liked and not work.replied:
        return State.MET, gettext_noop("Kommentaren er likt")
    return _answer(_duty, work)


def _answer(_duty: Duty, work: Work) -> Verdict:
    if work.replied:
        return State.MET, gettext_noop("Svaret er publisert")
    return State.LATER, gettext_noop("Når svaret er publisert")


def _correction(_duty: Duty, work: Work) -> Verdict:
    if not work.has_source:
        return State.MISSING, gettext_noop("Kilden mangler")
    if work.replied:
        return State.MET, gettext_noop("Rettet med kilde")
    return State.LATER, gettext_noop("Kilden er oppgitt. Rettes når svaret er publisert")


def _notice(duty: Duty, work: Work) -> Verdict:
    if stands_in(duty, work.text):
        return State.MET, gettext_noop("Står i svaret")
    return State.MISSING, gettext_noop("Står ikke i svaret")


def _enquiry(duty: Duty, work: Work) -> Verdict:
    if not duty.asks_choice:
        return _notice(duty, work)
    if work.enquiry_choice is None:
        return State.MISSING, gettext_noop("Velg: be om skriftlig henvendelse, eller videresend i stedet")
    if work.enquiry_choice in duty.alternatives:
        return _forwarded_instead(work)
    return _notice(duty, work)


def _forwarded_instead(work: Work) -> Verdict:
    if work.forwarding == Forwarding.NONE:
        return State.MISSING, gettext_noop("Velg hvem spørsmålet skal videresendes til")
    return State.MET, gettext_noop("Videresendes i stedet")


def _forwarding(_duty: Duty, work: Work) -> Verdict:
    return {
        Forwarding.NONE: (State.MISSING, gettext_noop("Velg hvem spørsmålet skal videresendes til")),
        Forwarding.PLANNED: (State.LATER, gettext_noop("Sendes når svaret publiseres")),
        Forwarding.SENT: (State.MET, gettext_noop("Sendt, venter på kvittering")),
        Forwarding.RECEIVED: (State.MET, gettext_noop("Mottaket er bekreftet")),
    }[Forwarding(work.forwarding)]


def _archiving(_duty: Duty, work: Work) -> Verdict:
    if work.archived:
        return State.MET, gettext_noop("Arkivgrunnlaget er laget")
    return State.LATER, gettext_noop("Arkivgrunnlaget lages ved sorteringen")


def _second_reviewer(_duty: Duty, work: Work) -> Verdict:
    if work.second_reviewer:
        return State.MET, gettext_noop("Godkjennes av en annen")
    return State.MISSING, gettext_noop("Må godkjennes av en annen enn den som skrev")


def _reminder(duty: Duty, work: Work) -> Verdict:
    if duty.draft_check in work.passed:
        return State.MET, gettext_noop("Ingenting å si på utkastet")
    return State.LATER, gettext_noop("Husk dette når du skriver")


def _recommendation(duty: Duty, work: Work) -> Verdict:
    state, explanation = _reminder(duty, work)
    if state is State.LATER:
        return state, gettext_noop("Vis til {executive_title}ens innstilling, ikke til hvordan det går")
    return state, explanation


_RULES: dict[DutyKind, Callable[[Duty, Work], Verdict]] = {
    DutyKind.THANK: _thanks,
    DutyKind.ANSWER: _answer,
    DutyKind.CORRECT_WITH_SOURCE: _correction,
    DutyKind.ENQUIRY_NOTICE: _enquiry,
    DutyKind.RECEIVED_NOTICE: _notice,
    DutyKind.DEADLINE_NOTICE: _notice,
    DutyKind.DOCUMENTATION_NOTICE: _notice,
    DutyKind.FORWARD: _forwarding,
    DutyKind.ARCHIVE: _archiving,
    DutyKind.SECOND_REVIEWER: _second_reviewer,
    DutyKind.RECOMMENDATION: _recommendation,
    DutyKind.OWN_CHECK: _reminder,
}

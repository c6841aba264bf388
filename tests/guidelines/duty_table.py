"""One row per duty, council and situation: when it is asked, when not, what keeps it and what does not.

Written by hand from the two adopted texts, not from the packs.
"""

from dataclasses import dataclass

from guidelines.duties import Check, EnquiryChoice, Facts, Flag, Forwarding, Sorting, State, Work

PRAISE, NEUTRAL, NEGATIVE = Sorting.PRAISE, Sorting.NEUTRAL, Sorting.NEGATIVE
WRONG, CASE = Sorting.FACTUAL_ERROR, Sorting.CASE_HANDLING
BOTH, MERAKER, TYDAL = ("meraker", "tydal"), ("meraker",), ("tydal",)
MET, MISSING, LATER = State.MET, State.MISSING, State.LATER
ASK, INSTEAD = EnquiryChoice.ASK, EnquiryChoice.FORWARD
PLANNED, SENT, RECEIVED = Forwarding.PLANNED, Forwarding.SENT, Forwarding.RECEIVED


def facts(*sortings, flags=(), to_us=None, value=None):
    return Facts(frozenset(sortings), frozenset(flags), to_us, value)


def flagged(*flags):
    return facts(NEGATIVE, flags=flags)


def says(text, choice=None, forwarding=Forwarding.NONE):
    return Work(text=text, enquiry_choice=choice, forwarding=forwarding)


def passed(check):
    return Work(passed=frozenset({check}))


@dataclass(frozen=True)
class Row:
    code: str
    asked: Facts
    not_asked: Facts
    kept: Work
    kept_as: State
    not_kept: Work
    not_kept_as: State
    holds_back: bool = False
    where: tuple[str, ...] = BOTH


FORMAL = "Hei. Dette må du sende som en formell henvendelse til kommunen. Hilsen Ola"
LINE_BREAK = "Send en SKRIFTLIG\n  henvendelse til postmottaket."
FORMAL_NN = "Send ei skriftleg henvending til kommunen, så får du svar."
FORMAL_EN = "Please send a formal enquiry to the municipality."
NOT_NEEDED = "Du trenger ikke sende noen skriftlig henvendelse."
ARCHIVED = "Kommunen har dokumentasjonsplikt, så spørsmålet ditt arkiveres."
ARCHIVED_NN = "Vi har plikt til å dokumentere det du skriv."
ARCHIVED_EN = "We have a duty to document your question."
NOTHING = "Hei, vi ser på saken."
AGAIN = "Vi har sendt det til arkivet. Du trenger ikke sende det på nytt."
DEADLINE = "Vi sender den videre, du trenger ikke sende den på nytt. Klagefristen er tre uker."

NONE, REPLIED = Work(), Work(replied=True)
ACCESS, COMPLAINT = flagged(Flag.ACCESS_REQUEST), flagged(Flag.COMPLAINT)
ACCESS_CASE = facts(CASE, flags=[Flag.ACCESS_REQUEST])
COMPLAINT_CASE = facts(CASE, flags=[Flag.COMPLAINT, Flag.PRESS])


def later(code, asked, not_asked, kept, not_kept=NONE, where=BOTH):
    """A duty that waits until it is done and never holds the reply back."""
    return Row(code, asked, not_asked, kept, MET, not_kept, LATER, False, where)


def held(code, asked, not_asked, kept, not_kept=NONE, where=BOTH, kept_as=MET):
    """A duty that holds the reply back until it is kept."""
    return Row(code, asked, not_asked, kept, kept_as, not_kept, MISSING, True, where)


def c4(asked, not_asked, kept, not_kept, where):
    return held("C4-notice", asked, not_asked, kept, not_kept, where)


ROWS = [
    # Thanks for praise
    later("C2a-thank", facts(PRAISE), facts(NEGATIVE), REPLIED),
    later("C2a-thank", facts(PRAISE, CASE), facts(CASE), Work(liked=True), says("Takk")),
    later("C2a-thank", facts(PRAISE, to_us=False), facts(NEUTRAL), REPLIED, Work(has_source=True)),
    # Neutral, and to us unless somebody has said no
    later("C2b-answer", facts(NEUTRAL, to_us=True), facts(NEUTRAL, to_us=False), REPLIED),
    later("C2b-answer", facts(NEUTRAL), facts(PRAISE), REPLIED, Work(liked=True)),
    # Negative comments, always
    later("C2c-answer", facts(NEGATIVE), facts(PRAISE), REPLIED),
    later("C2c-answer", facts(NEGATIVE, to_us=False), facts(NEUTRAL), REPLIED, Work(liked=True)),
    later("C2c-answer", facts(NEGATIVE, WRONG, CASE), facts(WRONG, CASE), REPLIED, says(NOTHING)),
    # Wrong facts: the source is asked before publishing
    held("C2d-correct", facts(WRONG), facts(NEGATIVE), Work(has_source=True), kept_as=LATER),
    held("C2d-correct", facts(WRONG, NEGATIVE), facts(CASE), Work(has_source=True, replied=True), says("Det er feil.")),
    # Point 4 in Meråker: an explicit choice; the notice, or forwarded instead
    c4(facts(CASE), facts(NEGATIVE), says(FORMAL, ASK), says(FORMAL), MERAKER),
    c4(facts(CASE, NEGATIVE), facts(NEGATIVE, value=True), says(LINE_BREAK, ASK), says(NOTHING, ASK), MERAKER),
    c4(facts(CASE), ACCESS_CASE, says("", INSTEAD, PLANNED), says("", INSTEAD), MERAKER),
    c4(facts(CASE), COMPLAINT_CASE, says("", INSTEAD, SENT), says("", None, SENT), MERAKER),
    c4(facts(CASE, PRAISE), facts(PRAISE), says(FORMAL_NN, ASK), says(NOTHING, ASK, RECEIVED), MERAKER),
    c4(facts(CASE), facts(WRONG), says(FORMAL_EN, ASK), says(NOT_NEEDED, ASK), MERAKER),
    # Point 4 in Tydal: the notice, whatever is chosen
    c4(facts(CASE), facts(NEGATIVE), says(FORMAL), says(NOTHING), TYDAL),
    c4(facts(CASE), ACCESS_CASE, says(FORMAL, INSTEAD), says("", INSTEAD, SENT), TYDAL),
    c4(facts(CASE), COMPLAINT_CASE, says(FORMAL_NN), says(NOTHING, ASK), TYDAL),
    c4(facts(CASE, WRONG), facts(WRONG, value=True), says(FORMAL_EN, None, SENT), says(NOT_NEEDED, None, SENT), TYDAL),
    # Point 5: case handling, or value as documentation
    held("C5-notice", facts(CASE), facts(NEGATIVE), says(ARCHIVED), says(FORMAL)),
    held("C5-notice", facts(NEGATIVE, value=True), facts(NEGATIVE, value=False), says(ARCHIVED_NN), says(NOTHING)),
    held("C5-notice", facts(NEUTRAL, value=True), facts(NEUTRAL), says(ARCHIVED_EN), Work(archived=True)),
    held("C5-forward", facts(CASE), facts(WRONG), Work(forwarding=PLANNED), kept_as=LATER),
    held("C5-forward", facts(PRAISE, value=True), facts(PRAISE), Work(forwarding=SENT), says(FORMAL, ASK)),
    later("C5-forward", facts(CASE, NEGATIVE), facts(NEGATIVE), Work(forwarding=RECEIVED), Work(forwarding=PLANNED)),
    later("C5-archive", facts(CASE), facts(NEGATIVE), Work(archived=True)),
    later("C5-archive", facts(WRONG, value=True), facts(WRONG, value=False), Work(archived=True), says(ARCHIVED)),
    # Points 6 and 7: reminders
    later("C6-level", flagged(Flag.POLITICAL), flagged(Flag.PRESS), passed(Check.LEVEL)),
    later("C7-recommendation", flagged(Flag.POLITICAL), flagged(), passed(Check.RECOMMENDATION), passed(Check.LEVEL)),
    # The law: a request for access and a complaint are passed on
    held("law-access-notice", ACCESS, COMPLAINT, says(AGAIN), says(FORMAL)),
    held("law-access-notice", ACCESS_CASE, facts(CASE), says(AGAIN), Work(forwarding=SENT)),
    held("law-access-forward", ACCESS, flagged(), Work(forwarding=SENT)),
    held("law-complaint-notice", COMPLAINT, flagged(Flag.THREAT), says(DEADLINE), says(NOTHING)),
    held("law-complaint-deadline", COMPLAINT, ACCESS, says(DEADLINE), says(AGAIN)),
    held("law-complaint-forward", COMPLAINT, flagged(), Work(forwarding=PLANNED), kept_as=LATER),
]

# Part B binds us in Meråker; in Tydal the same checks stand on the law alone. `None`: there is no draft without it.
ROWS += [
    later(f"{clause if where == MERAKER else 'law'}-{name}", asked, not_asked, passed(check), where=where)
    for where in (MERAKER, TYDAL)
    for clause, name, check, asked, not_asked in [
        ("B1", "personal-data", Check.PERSONAL_DATA, flagged(), None),
        ("B2", "pictures", Check.PICTURES, facts(PRAISE), None),
        ("B3", "stories", Check.STORIES, facts(CASE), None),
        ("B4", "consent", Check.CONSENT, flagged(Flag.PERSONAL_DATA), flagged()),
        ("B4", "consent", Check.CONSENT, flagged(Flag.HEALTH_DATA), flagged(Flag.ABOUT_PERSON)),
    ]
]

CASES = [(council, row) for row in ROWS for council in row.where]

"""Finds rows that cannot be meant: run before a guideline comes into force. What it says is for the lead."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from guidelines import labels
from guidelines.duties import Duty, DutyKind, EnquiryChoice, Flag, Sorting, Stage, When, stands_in
from guidelines.vocabulary import WORDS_TO_THE_SENDER
from guidelines.wording import FIELDS, LINKS, TITLE_FIELDS, fields_in

LANGUAGES = ("nb", "nn", "en")
LANGUAGE_NAMES = {"nb": labels.BOKMAL, "nn": labels.NYNORSK, "en": labels.ENGLISH}
SHORTEST_PHRASE = 8
IN_TEXT = frozenset({Stage.IN_TEXT})
STAGES = {
    DutyKind.THANK: {Stage.AT_PUBLISHING},
    DutyKind.ANSWER: {Stage.AT_PUBLISHING},
    DutyKind.CORRECT_WITH_SOURCE: {Stage.BEFORE_PUBLISHING},
    DutyKind.ENQUIRY_NOTICE: IN_TEXT,
    DutyKind.RECEIVED_NOTICE: IN_TEXT,
    DutyKind.DEADLINE_NOTICE: IN_TEXT,
    DutyKind.DOCUMENTATION_NOTICE: IN_TEXT,
    DutyKind.FORWARD: {Stage.BEFORE_PUBLISHING, Stage.AT_PUBLISHING},
    DutyKind.ARCHIVE: {Stage.AFTER},
    DutyKind.SECOND_REVIEWER: {Stage.BEFORE_PUBLISHING},
    DutyKind.RECOMMENDATION: {Stage.REMINDER},
    DutyKind.OWN_CHECK: {Stage.REMINDER},
}


def check_rules(duties: Sequence[Duty]) -> list[str]:
    """Return what is wrong with the rows, one bokmål sentence each; an empty list means that they are sound."""
    of_each = [f"{duty.code}: {problem}" for duty in duties for rule in _OF_ONE for problem in rule(duty)]
    return of_each + [problem for rule in _OF_ALL for problem in rule(duties)]


def warn_of_rules(duties: Sequence[Duty]) -> list[str]:
    """Return what the lead should look at twice; unlike `check_rules`, it stops nothing."""
    return [warning for rule in _WARNINGS for warning in rule(duties)]


def _it_can_apply(duty: Duty) -> Iterator[str]:
    if not duty.when:
        yield _("Plikten gjelder aldri. Si når den gjelder.")
    for when in duty.when:
        if when.flags and when.flags <= when.without_flags:
            yield _("Plikten krever og utelukker de samme merkene.")


def _its_stage_fits(duty: Duty) -> Iterator[str]:
    if duty.stage not in STAGES[duty.kind]:
        allowed = get_text_list([f"«{labels.STAGES[stage]}»" for stage in sorted(STAGES[duty.kind])], _("eller"))
        words = {"kind": labels.KINDS[duty.kind], "stage": labels.STAGES[duty.stage], "allowed": allowed}
        yield _("Plikten «%(kind)s» kan ikke ha trinnet «%(stage)s». Velg %(allowed)s.") % words


def _it_names_its_source(duty: Duty) -> Iterator[str]:
    if not duty.title or not duty.point:
        yield _("Plikten mangler tittel eller punkt.")


def _a_notice_has_words(duty: Duty) -> Iterator[str]:
    if not duty.is_notice:
        if duty.wording or duty.short_wording or duty.recognised_by:
            yield _("Bare en plikt til å si fra har tekst og kjennetegn.")
        return
    for language in LANGUAGES:
        if not duty.wording.get(language):
            yield _("Teksten mangler på %(language)s.") % {"language": LANGUAGE_NAMES[language]}
        if not duty.recognised_by.get(language):
            yield _("Kjennetegn på teksten mangler på %(language)s.") % {"language": LANGUAGE_NAMES[language]}


def _its_fields_exist(duty: Duty) -> Iterator[str]:
    for variant in _variants(duty):
        if unknown := fields_in(variant) - FIELDS:
            yield _("Teksten bruker et felt som ikke finnes: %(fields)s.") % {"fields": ", ".join(sorted(unknown))}
    if unknown := _fields_of_title(duty) - TITLE_FIELDS:
        yield _("Tittelen bruker et felt som ikke finnes: %(fields)s.") % {"fields": ", ".join(sorted(unknown))}


def _it_recognises_itself(duty: Duty) -> Iterator[str]:
    for variants in (*duty.wording.values(), *duty.short_wording.values()):
        for variant in variants:
            if not stands_in(duty, variant):
                yield _("Teksten kjenner ikke igjen seg selv: «%(text)s»") % {"text": variant}


def _a_short_notice_links(duty: Duty) -> Iterator[str]:
    for variants in duty.short_wording.values():
        for variant in variants:
            if not fields_in(variant) & LINKS:
                yield _("Den korte utgaven mangler lenke. Bruk {notice_url} eller {form_url}: «%(text)s»") % {
                    "text": variant
                }


def _its_choices_fit(duty: Duty) -> Iterator[str]:
    if duty.alternatives and duty.kind is not DutyKind.ENQUIRY_NOTICE:
        yield _("Bare plikten til å be om skriftlig henvendelse kan ha et alternativ.")
    if EnquiryChoice.ASK in duty.alternatives:
        yield _("«Be om skriftlig henvendelse» er plikten selv, ikke et alternativ til den.")
    if bool(duty.alternatives) != bool(duty.alternative_wording):
        yield _("Et alternativ trenger en tekst til avsenderen, og teksten trenger et alternativ.")


def _a_reminder_has_a_check(duty: Duty) -> Iterator[str]:
    if (duty.kind in {DutyKind.OWN_CHECK, DutyKind.RECOMMENDATION}) != (duty.draft_check is not None):
        yield _("En påminnelse, og bare den, skal vise til en kontroll av utkastet.")


def _codes_are_unique(duties: Sequence[Duty]) -> Iterator[str]:
    for code, count in Counter(duty.code for duty in duties).items():
        if count > 1:
            yield f"{code}: " + _("Koden er brukt %(count)s ganger.") % {"count": count}


def _every_sorting_has_a_duty(duties: Sequence[Duty]) -> Iterator[str]:
    asked = {sorting for duty in duties for when in duty.when for sorting in when.sortings}
    for sorting in Sorting:
        if sorting not in asked:
            yield _("Ingen plikt gjelder for sorteringen %(sorting)s.") % {"sorting": _lower(sorting)}


def _the_law_goes_before_the_enquiry(duties: Sequence[Duty]) -> Iterator[str]:
    for duty in _of_kind(duties, DutyKind.ENQUIRY_NOTICE):
        if any(not when.without_flags >= {Flag.ACCESS_REQUEST, Flag.COMPLAINT} for when in duty.when):
            words = _("Innsynskrav og klage møtes ikke med krav om skriftlig henvendelse. Hold dem utenfor.")
            yield f"{duty.code}: {words}"


def _the_law_has_its_rows(duties: Sequence[Duty]) -> Iterator[str]:
    forwarded = {flag for duty in _of_kind(duties, DutyKind.FORWARD) for when in duty.when for flag in when.flags}
    if not forwarded >= {Flag.ACCESS_REQUEST, Flag.COMPLAINT}:
        yield _("Innsynskrav og klage skal videresendes. Legg til pliktene som loven krever.")


def _one_way_to_enquire(duties: Sequence[Duty]) -> Iterator[str]:
    ways = {duty.alternatives for duty in _of_kind(duties, DutyKind.ENQUIRY_NOTICE)}
    if len(ways) > 1:
        yield _("To plikter om skriftlig henvendelse sier hver sitt om å videresende i stedet.")


def _what_is_said_is_done(duties: Sequence[Duty]) -> Iterator[str]:
    archived = {when for duty in _of_kind(duties, DutyKind.ARCHIVE) for when in duty.when}
    for duty in _of_kind(duties, DutyKind.DOCUMENTATION_NOTICE):
        if any(not _covered(when, archived) for when in duty.when):
            yield f"{duty.code}: " + _("Avsenderen får vite at det arkiveres, men ingen plikt arkiverer.")


def _every_sorting_is_answered(duties: Sequence[Duty]) -> Iterator[str]:
    for sorting in Sorting:
        kinds = {duty.kind for duty in duties if any(sorting in when.sortings for when in duty.when)}
        if kinds and not kinds & WORDS_TO_THE_SENDER:
            yield _("Ingen plikt ber om et svar når kommentaren er %(sorting)s.") % {"sorting": _lower(sorting)}


def _no_duty_twice(duties: Sequence[Duty]) -> Iterator[str]:
    seen: dict[tuple[object, ...], str] = {}
    for duty in duties:
        what = (duty.kind, frozenset(duty.when), duty.draft_check)
        if what in seen:
            words = _("Plikten krever det samme som %(other)s, i de samme tilfellene.") % {"other": seen[what]}
            yield f"{duty.code}: {words}"
        seen.setdefault(what, duty.code)


def _phrases_are_long_enough(duties: Sequence[Duty]) -> Iterator[str]:
    for duty in duties:
        for phrases in duty.recognised_by.values():
            for phrase in phrases:
                if len(phrase) < SHORTEST_PHRASE:
                    words = _("«%(phrase)s» er kort og kan stå i svaret uten at avsenderen får vite noe.")
                    yield f"{duty.code}: " + words % {"phrase": phrase}


def _lower(sorting: Sorting) -> str:
    return labels.tag_label(sorting).lower()


def _fields_of_title(duty: Duty) -> set[str]:
    """Return the fields in a title; broken braces are no fields, and are shown as they are written."""
    return set(re.findall(r"\{(\w+)\}", duty.title))


def _covered(when: When, others: Iterable[When]) -> bool:
    return when in others or When() in others


def _of_kind(duties: Sequence[Duty], kind: DutyKind) -> list[Duty]:
    return [duty for duty in duties if duty.kind is kind]


def _variants(duty: Duty) -> Iterator[str]:
    for texts in (*duty.wording.values(), *duty.short_wording.values(), *duty.alternative_wording.values()):
        yield from texts


_OF_ONE: tuple[Callable[[Duty], Iterator[str]], ...] = (
    _it_can_apply,
    _its_stage_fits,
    _it_names_its_source,
    _a_notice_has_words,
    _its_fields_exist,
    _it_recognises_itself,
    _a_short_notice_links,
    _its_choices_fit,
    _a_reminder_has_a_check,
)
_OF_ALL: tuple[Callable[[Sequence[Duty]], Iterator[str]], ...] = (
    _codes_are_unique,
    _every_sorting_has_a_duty,
    _the_law_goes_before_the_enquiry,
    _the_law_has_its_rows,
    _one_way_to_enquire,
    _what_is_said_is_done,
)
_WARNINGS: tuple[Callable[[Sequence[Duty]], Iterator[str]], ...] = (
    _every_sorting_is_answered,
    _no_duty_twice,
    _phrases_are_long_enough,
)

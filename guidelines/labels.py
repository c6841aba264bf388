"""The words of the vocabulary on a screen, in bokmål."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guidelines.vocabulary import Check, DutyKind, Flag, Sorting, Stage

BOKMAL, NYNORSK, ENGLISH = _("bokmål"), _("nynorsk"), _("engelsk")

SORTINGS: dict[str, Promise] = {
    Sorting.PRAISE: _("Ros"),
    Sorting.NEUTRAL: _("Nøytral"),
    Sorting.NEGATIVE: _("Negativ"),
    Sorting.FACTUAL_ERROR: _("Faktafeil"),
    Sorting.CASE_HANDLING: _("Saksbehandling"),
}
FLAGS: dict[str, Promise] = {
    Flag.URGENT: _("Akutt"),
    Flag.PERSONAL_DATA: _("Personopplysninger"),
    Flag.HEALTH_DATA: _("Helseopplysninger"),
    Flag.POLITICAL: _("Politisk nivå"),
    Flag.ABOUT_PERSON: _("Om en person"),
    Flag.THREAT: _("Trussel"),
    Flag.PRESS: _("Presse"),
    Flag.ACCESS_REQUEST: _("Innsynskrav"),
    Flag.COMPLAINT: _("Klage"),
}
KINDS: dict[str, Promise] = {
    DutyKind.THANK: _("Si takk"),
    DutyKind.ANSWER: _("Svar"),
    DutyKind.CORRECT_WITH_SOURCE: _("Rett feil med kilde"),
    DutyKind.ENQUIRY_NOTICE: _("Be om skriftlig henvendelse"),
    DutyKind.RECEIVED_NOTICE: _("Si at henvendelsen er mottatt"),
    DutyKind.DEADLINE_NOTICE: _("Si fra om klagefristen"),
    DutyKind.DOCUMENTATION_NOTICE: _("Si fra om dokumentasjonsplikten"),
    DutyKind.FORWARD: _("Videresend til rette enhet"),
    DutyKind.ARCHIVE: _("Arkiver"),
    DutyKind.SECOND_REVIEWER: _("En annen godkjenner"),
    DutyKind.RECOMMENDATION: _("Vis til innstillingen"),
    DutyKind.OWN_CHECK: _("Kontroll av eget utkast"),
}
STAGES: dict[str, Promise] = {
    Stage.IN_TEXT: _("Må stå i svaret før det kan publiseres"),
    Stage.BEFORE_PUBLISHING: _("Må være avgjort før svaret kan publiseres"),
    Stage.AT_PUBLISHING: _("Skjer når svaret publiseres"),
    Stage.AFTER: _("Skjer etterpå, av seg selv"),
    Stage.REMINDER: _("Minner om noe, stopper ikke"),
}
CHECKS: dict[str, Promise] = {
    Check.PERSONAL_DATA: _("Personopplysninger i utkastet"),
    Check.PICTURES: _("Bilder vi publiserer"),
    Check.STORIES: _("Historier vi gjenforteller"),
    Check.CONSENT: _("Samtykke"),
    Check.LEVEL: _("Administrativt og politisk nivå"),
    Check.RECOMMENDATION: _("Innstillingen"),
}


def tag_label(code: str) -> str:
    """Return the word for a sorting or a flag."""
    return str({**SORTINGS, **FLAGS}.get(code, code))

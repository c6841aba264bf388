"""The handling history in words: a line of the log as a row of a document, an element of a message, a screen line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.arkivmelding import Hendelse
from archive.documents import LogRow
from archive.models import RecordedEvent
from archive.oslo import clock_text

ACTS = {
    "comment.receive": "Hentet kommentaren fra plattformen",
    "comment.edit": "Avsenderen endret kommentaren",
    "comment.delete": "Kommentaren var slettet hos plattformen",
    "comment.claim": "Tok kommentaren",
    "comment.release": "La kommentaren tilbake",
    "comment.assign": "Tildelte kommentaren",
    "comment.sort": "Sorterte kommentaren",
    "comment.flag": "Merket kommentaren",
    "comment.unsort": "Angret sorteringen",
    "attachment.fetch": "Hentet et vedlegg fra plattformen",
    "attachment.refuse": "Hentet ikke et vedlegg",
    "attachment.miss": "Et vedlegg var borte hos plattformen",
    "attachment.fail": "Fikk ikke hentet et vedlegg",
    "attachment.fetch_again": "Ba om et vedlegg på nytt",
    "forwarding.plan": "Valgte hvem spørsmålet skulle videresendes til",
    "forwarding.change": "Endret videresendingen",
    "forwarding.send": "Videresendte spørsmålet",
    "forwarding.send_again": "Videresendte spørsmålet på nytt",
    "forwarding.chase": "Minnet lederen om at kvitteringen manglet",
    "forwarding.receive": "Mottaket ble bekreftet",
    "forwarding.answer": "Førte inn svaret fra mottakeren",
    "forwarding.withdraw": "Trakk videresendingen tilbake",
    "comment.end": "Avsluttet uten svar",
    "comment.reopen": "Åpnet kommentaren igjen",
    "comment.hand_in": "Kommentaren venter på godkjenning av svaret",
    "comment.take_back": "Svaret gikk tilbake til den som skrev det",
    "comment.let_out": "Svaret er på vei ut",
    "comment.call_back": "Svaret ble tatt tilbake",
    "comment.answered": "Kommentaren er besvart",
    "intervention.plan": "Satte i gang et tiltak",
    "intervention.begin": "Begynte på tiltaket",
    "intervention.put_off": "Plattformen ba oss vente med tiltaket",
    "intervention.carry_out": "Tiltaket er utført på plattformen",
    "intervention.fail": "Plattformen tok ikke imot tiltaket",
    "intervention.leave_unclear": "Tiltaket må avklares av en person",
    "intervention.try_anew": "Prøvde tiltaket på nytt",
    "intervention.drop": "Ga opp tiltaket",
    "intervention.lift": "Tiltaket er opphevet",
    "intervention.look_again": "Så på den skjulte kommentaren igjen",
    "intervention.ban_over": "Utestengingen er over",
    "intervention.see_evidence": "Åpnet beviset",
    "reply.place": "Valgte hvor svaret skal stå",
    "reply.enclose": "La ved et bilde i svaret",
    "reply.take_out": "Fjernet bildet fra svaret",
    "reply.begin": "Begynte på et svar",
    "reply.save": "Lagret utkast",
    "reply.submit": "Sendte svaret til godkjenning",
    "reply.edit_in_review": "Rettet svaret i godkjenningen",
    "reply.send_back": "Sendte svaret tilbake",
    "reply.approve": "Godkjente svaret",
    "reply.recall": "Tok det godkjente svaret tilbake",
    "reply.start": "Begynte å publisere",
    "reply.postpone": "Plattformen ba oss vente",
    "reply.publish": "Publiserte svaret",
    "reply.give_up": "Publiseringen må avklares av en person",
    "reply.refuse": "Plattformen tok ikke imot svaret",
    "reply.send_again": "Sendte svaret på nytt",
    "reply.rework": "Tok opp svaret igjen",
    "reply.discard": "Forkastet utkastet",
}
ROLES = {"member": "svarer", "lead": "leder", "archivist": "arkivar", "sysadmin": "systemansvarlig", "reader": "leser"}
KINDS = {
    "hide": "skjul kommentaren",
    "unhide": "vis kommentaren igjen",
    "delete": "slett kommentaren",
    "ban": "utesteng avsenderen",
    "unban": "opphev utestengingen",
    "message": "melding til avsenderen",
    "like": "lik kommentaren",
}
FLAGS = {
    "urgent": "akutt",
    "personal_data": "personopplysninger",
    "health_data": "helseopplysninger",
    "political": "politisk nivå",
    "about_person": "om en person",
    "threat": "trussel",
    "press": "presse",
    "access_request": "innsynskrav",
    "complaint": "klage",
}
SORTINGS = {
    "praise": "ros",
    "neutral": "nøytral",
    "negative": "negativ",
    "factual_error": "faktafeil",
    "case_handling": "saksbehandling",
}


def act_of(event: RecordedEvent) -> str:
    """Return what was done, in words; an act this page does not know yet is shown by its own name, never hidden."""
    return ACTS.get(event.action, event.action)


def detail_of(event: RecordedEvent) -> str:
    """Return the choice that was made, in words; "" where the act says it all."""
    detail: dict[str, Any] = event.detail
    said = []
    if detail.get("sortings"):
        said.append(", ".join(SORTINGS.get(one, one) for one in detail["sortings"]))
    if detail.get("documentation_value") is not None:
        said.append(f"verdi som dokumentasjon: {'ja' if detail['documentation_value'] else 'nei'}")
    if detail.get("flags"):
        said.append(f"merket: {', '.join(FLAGS.get(one, one) for one in detail['flags'])}")
    if detail.get("kind"):
        said.append(KINDS.get(detail["kind"], detail["kind"]))
    if detail.get("version"):
        said.append(f"versjon {detail['version']}")
    if detail.get("deleted_at"):
        said.append(f"oppdaget {clock_text(datetime.fromisoformat(detail['deleted_at']))}")
    return "; ".join(said)


@dataclass(frozen=True)
class Answer:
    """Who sorted the comment last, and who answered what to «Verdi som dokumentasjon?»; "" when nobody was asked."""

    sorted_by: str
    documentation: str
    documentation_by: str


def answers_in(events: Iterable[RecordedEvent]) -> Answer:
    """Return who decided that it must be archived, from the copied history, oldest first."""
    sorted_by = documentation = by = ""
    for event in events:
        if event.action != "comment.sort":
            continue
        sorted_by = event.actor
        value = event.detail.get("documentation_value")
        documentation, by = ("Ja" if value else "Nei", event.actor) if value is not None else ("", "")
        if "case_handling" in event.detail.get("sortings", []):
            documentation, by = "", ""
    return Answer(sorted_by, documentation, by)


def as_row(event: RecordedEvent) -> LogRow:
    """Return the line of the handling log document."""
    return LogRow(
        at=event.at,
        who=event.actor,
        role=ROLES.get(event.role, event.role),
        what=act_of(event),
        detail=detail_of(event),
    )


def as_hendelse(event: RecordedEvent) -> Hendelse:
    """Return the element for machines in the message."""
    return Hendelse(type=event.action, tid=event.at, av=event.actor, verdi=detail_of(event))

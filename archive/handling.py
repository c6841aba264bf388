"""The handling history in words: a line of the log as a row of a document, an element of a message, a screen line.

On the screen in the person's language; what is archived is made in the archive's (`archive.language`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.arkivmelding import Hendelse
from archive.documents import LogRow
from archive.models import RecordedEvent
from archive.oslo import clock_text

ACTS = {
    "comment.receive": _("Hentet kommentaren fra plattformen"),
    "comment.edit": _("Avsenderen endret kommentaren"),
    "comment.erase": _("Innholdet ble slettet i SocialDesk"),
    "comment.seal": _("Forseglet innholdet"),
    "comment.view_sealed": _("Leste det forseglede"),
    "comment.unseal": _("Opphevet forseglingen"),
    "comment.delete": _("Kommentaren var slettet hos plattformen"),
    "comment.claim": _("Tok kommentaren"),
    "comment.release": _("La kommentaren tilbake"),
    "comment.assign": _("Tildelte kommentaren"),
    "comment.sort": _("Sorterte kommentaren"),
    "comment.flag": _("Merket kommentaren"),
    "comment.unsort": _("Angret sorteringen"),
    "attachment.fetch": _("Hentet et vedlegg fra plattformen"),
    "attachment.refuse": _("Hentet ikke et vedlegg"),
    "attachment.miss": _("Et vedlegg var borte hos plattformen"),
    "attachment.fail": _("Fikk ikke hentet et vedlegg"),
    "attachment.fetch_again": _("Ba om et vedlegg på nytt"),
    "forwarding.plan": _("Valgte hvem spørsmålet skulle videresendes til"),
    "forwarding.change": _("Endret videresendingen"),
    "forwarding.send": _("Videresendte spørsmålet"),
    "forwarding.send_again": _("Videresendte spørsmålet på nytt"),
    "forwarding.chase": _("Minnet lederen om at kvitteringen manglet"),
    "forwarding.phone": _("Overleverte spørsmålet på telefon"),
    "forwarding.receive": _("Mottaket ble bekreftet"),
    "forwarding.answer": _("Førte inn svaret fra mottakeren"),
    "forwarding.withdraw": _("Trakk videresendingen tilbake"),
    "comment.end": _("Avsluttet uten svar"),
    "comment.reopen": _("Åpnet kommentaren igjen"),
    "comment.hand_in": _("Kommentaren venter på godkjenning av svaret"),
    "comment.take_back": _("Svaret gikk tilbake til den som skrev det"),
    "comment.let_out": _("Svaret er på vei ut"),
    "comment.call_back": _("Svaret ble tatt tilbake"),
    "comment.join": _("Tok kommentaren med i et felles svar"),
    "comment.leave": _("Tok kommentaren ut av det felles svaret"),
    "comment.answered_jointly": _("Kommentaren er besvart i felles svar"),
    "comment.answered_for_now": _("Kommentaren er foreløpig besvart"),
    "reply.choose_kind": _("Valgte om svaret er foreløpig"),
    "comment.answered": _("Kommentaren er besvart"),
    "intervention.plan": _("Satte i gang et tiltak"),
    "intervention.begin": _("Begynte på tiltaket"),
    "intervention.put_off": _("Plattformen ba oss vente med tiltaket"),
    "intervention.carry_out": _("Tiltaket er utført på plattformen"),
    "intervention.fail": _("Plattformen tok ikke imot tiltaket"),
    "intervention.leave_unclear": _("Tiltaket må avklares av en person"),
    "intervention.try_anew": _("Prøvde tiltaket på nytt"),
    "intervention.drop": _("Ga opp tiltaket"),
    "intervention.lift": _("Tiltaket er opphevet"),
    "intervention.look_again": _("Så på den skjulte kommentaren igjen"),
    "intervention.ban_over": _("Utestengingen er over"),
    "intervention.see_evidence": _("Åpnet beviset"),
    "reply.place": _("Valgte hvor svaret skal stå"),
    "reply.enclose": _("La ved et bilde i svaret"),
    "reply.take_out": _("Fjernet bildet fra svaret"),
    "reply.begin": _("Begynte på et svar"),
    "reply.save": _("Lagret utkast"),
    "reply.submit": _("Sendte svaret til godkjenning"),
    "reply.edit_in_review": _("Rettet svaret i godkjenningen"),
    "reply.send_back": _("Sendte svaret tilbake"),
    "reply.approve": _("Godkjente svaret"),
    "reply.recall": _("Tok det godkjente svaret tilbake"),
    "reply.start": _("Begynte å publisere"),
    "reply.postpone": _("Plattformen ba oss vente"),
    "reply.publish": _("Publiserte svaret"),
    "reply.give_up": _("Publiseringen må avklares av en person"),
    "reply.refuse": _("Plattformen tok ikke imot svaret"),
    "reply.send_again": _("Sendte svaret på nytt"),
    "reply.rework": _("Tok opp svaret igjen"),
    "reply.discard": _("Forkastet utkastet"),
}
ROLES = {
    "member": _("svarer"),
    "lead": _("leder"),
    "archivist": _("arkivar"),
    "sysadmin": _("systemansvarlig"),
    "reader": _("leser"),
}
KINDS = {
    "hide": _("skjul kommentaren"),
    "unhide": _("vis kommentaren igjen"),
    "delete": _("slett kommentaren"),
    "ban": _("utesteng avsenderen"),
    "unban": _("opphev utestengingen"),
    "message": _("melding til avsenderen"),
    "like": _("lik kommentaren"),
}
FLAGS = {
    "urgent": _("akutt"),
    "personal_data": _("personopplysninger"),
    "health_data": _("helseopplysninger"),
    "political": _("politisk nivå"),
    "about_person": _("om en person"),
    "threat": _("trussel"),
    "press": _("presse"),
    "access_request": _("innsynskrav"),
    "complaint": _("klage"),
}
SORTINGS = {
    "praise": _("ros"),
    "neutral": _("nøytral"),
    "negative": _("negativ"),
    "factual_error": _("faktafeil"),
    "case_handling": _("saksbehandling"),
}


def act_of(event: RecordedEvent) -> str:
    """Return what was done, in words; an act this page does not know yet is shown by its own name, never hidden."""
    return str(ACTS.get(event.action, event.action))


def detail_of(event: RecordedEvent) -> str:
    """Return the choice that was made, in words; "" where the act says it all."""
    detail: dict[str, Any] = event.detail
    said = []
    if detail.get("sortings"):
        said.append(", ".join(str(SORTINGS.get(one, one)) for one in detail["sortings"]))
    if detail.get("documentation_value") is not None:
        said.append(
            gettext("verdi som dokumentasjon: ja")
            if detail["documentation_value"]
            else gettext("verdi som dokumentasjon: nei")
        )
    if detail.get("flags"):
        said.append(
            gettext("merket: %(flags)s") % {"flags": ", ".join(str(FLAGS.get(one, one)) for one in detail["flags"])}
        )
    if detail.get("kind"):
        said.append(str(KINDS.get(detail["kind"], detail["kind"])))
    if detail.get("version"):
        said.append(gettext("versjon %(number)s") % {"number": detail["version"]})
    if detail.get("deleted_at"):
        said.append(gettext("oppdaget %(at)s") % {"at": clock_text(datetime.fromisoformat(detail["deleted_at"]))})
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
        role=str(ROLES.get(event.role, event.role)),
        what=act_of(event),
        detail=detail_of(event),
    )


def as_hendelse(event: RecordedEvent) -> Hendelse:
    """Return the element for machines in the message."""
    return Hendelse(type=event.action, tid=event.at, av=event.actor, verdi=detail_of(event))

"""The log of one comment in words for the people who work with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.forms import SORTING_LABELS
from inbox.models import Comment, Intervention
from inbox.queries import LogLine

WORDS = {
    "comment.receive": gettext_lazy("hentet kommentaren"),
    "comment.edit": gettext_lazy("så at avsenderen endret kommentaren"),
    "comment.delete": gettext_lazy("så at kommentaren var slettet på plattformen"),
    "comment.erase": gettext_lazy("slettet innholdet her"),
    "comment.seal": gettext_lazy("forseglet innholdet"),
    "comment.view_sealed": gettext_lazy("leste det forseglede"),
    "comment.unseal": gettext_lazy("opphevet forseglingen"),
    "comment.claim": gettext_lazy("tok kommentaren"),
    "comment.release": gettext_lazy("la kommentaren tilbake"),
    "comment.assign": gettext_lazy("tildelte kommentaren"),
    "comment.sort": gettext_lazy("sorterte kommentaren"),
    "comment.flag": gettext_lazy("merket kommentaren"),
    "comment.undo": gettext_lazy("angret det forrige"),
    "comment.unsort": gettext_lazy("angret sorteringen"),
    "attachment.fetch": gettext_lazy("hentet et vedlegg"),
    "attachment.refuse": gettext_lazy("hentet ikke et vedlegg"),
    "attachment.miss": gettext_lazy("fant ikke et vedlegg hos plattformen"),
    "attachment.fail": gettext_lazy("fikk ikke hentet et vedlegg"),
    "attachment.fetch_again": gettext_lazy("ba om et vedlegg på nytt"),
    "forwarding.plan": gettext_lazy("valgte hvem spørsmålet skal videresendes til"),
    "forwarding.change": gettext_lazy("endret videresendingen"),
    "forwarding.send": gettext_lazy("videresendte spørsmålet"),
    "forwarding.send_again": gettext_lazy("videresendte spørsmålet på nytt"),
    "forwarding.chase": gettext_lazy("minnet lederen om at kvitteringen mangler"),
    "forwarding.phone": gettext_lazy("overleverte spørsmålet på telefon"),
    "forwarding.receive": gettext_lazy("førte inn at mottaket er bekreftet"),
    "forwarding.answer": gettext_lazy("førte inn svaret fra mottakeren"),
    "forwarding.withdraw": gettext_lazy("trakk videresendingen tilbake"),
    "comment.wait": gettext_lazy("lot kommentaren vente"),
    "comment.resume": gettext_lazy("tok kommentaren fram igjen"),
    "comment.end": gettext_lazy("avsluttet uten svar"),
    "comment.reopen": gettext_lazy("åpnet kommentaren igjen"),
    "comment.see_ending": gettext_lazy("så over avslutningen"),
    "note.write": gettext_lazy("skrev et internt notat"),
    "note.edit": gettext_lazy("endret et internt notat"),
    "note.mention": gettext_lazy("nevnte en kollega i et notat"),
    "comment.join": gettext_lazy("tok kommentaren med i et felles svar"),
    "comment.leave": gettext_lazy("tok kommentaren ut av det felles svaret"),
    "comment.answered_jointly": gettext_lazy("merket kommentaren som besvart i felles svar"),
    "comment.answered_for_now": gettext_lazy("merket kommentaren som foreløpig besvart"),
    "reply.choose_kind": gettext_lazy("valgte om svaret er foreløpig"),
    "comment.answered": gettext_lazy("merket kommentaren som besvart"),
    "comment.seen_hidden": gettext_lazy("kommentaren ble skjult hos plattformen"),
    "comment.seen_shown": gettext_lazy("kommentaren vises igjen hos plattformen"),
    "comment.enter": gettext_lazy("skrev inn henvendelsen"),
    "comment.hand_over": gettext_lazy("overlot kommentaren til en annen"),
    "comment.mark_claim": gettext_lazy("merket påstanden"),
    "intervention.begin": gettext_lazy("begynte på tiltaket"),
    "intervention.plan": gettext_lazy("satte i gang"),
    "intervention.put_off": gettext_lazy("utsatte tiltaket, plattformen ba oss vente"),
    "intervention.carry_out": gettext_lazy("gjorde det på plattformen"),
    "intervention.fail": gettext_lazy("fikk nei fra plattformen til tiltaket"),
    "intervention.leave_unclear": gettext_lazy("kunne ikke avgjøre om tiltaket ble utført"),
    "intervention.try_anew": gettext_lazy("prøvde tiltaket på nytt"),
    "intervention.drop": gettext_lazy("ga opp tiltaket"),
    "intervention.lift": gettext_lazy("opphevet tiltaket"),
    "intervention.look_again": gettext_lazy("så på den skjulte kommentaren igjen"),
    "intervention.ban_over": gettext_lazy("sa fra at utestengingen er over"),
    "intervention.see_evidence": gettext_lazy("åpnet beviset"),
    "reply.place": gettext_lazy("valgte hvor svaret skal stå"),
    "reply.enclose": gettext_lazy("la ved et bilde"),
    "reply.take_out": gettext_lazy("fjernet bildet"),
    "reply.begin": gettext_lazy("begynte på et svar"),
    "reply.save": gettext_lazy("lagret utkastet"),
    "reply.ask_override": gettext_lazy("ba en leder overstyre en kontroll"),
    "reply.override": gettext_lazy("lot teksten stå mot en kontroll"),
    "reply.submit": gettext_lazy("sendte svaret til godkjenning"),
    "reply.edit_in_review": gettext_lazy("rettet svaret i godkjenningen"),
    "reply.send_back": gettext_lazy("sendte svaret tilbake"),
    "reply.approve": gettext_lazy("godkjente svaret"),
    "reply.recall": gettext_lazy("tok svaret tilbake"),
    "reply.publish": gettext_lazy("publiserte svaret"),
    "reply.publish_part": gettext_lazy("publiserte en del av svaret"),
    "reply.take_down": gettext_lazy("ba om at det som står av svaret, slettes"),
    "reply.taken_down": gettext_lazy("slettet det som sto av svaret"),
    "reply.still_stands": gettext_lazy("fikk ikke slettet det som står av svaret"),
    "reply.postpone": gettext_lazy("utsatte publiseringen"),
    "reply.resume": gettext_lazy("lot svaret gå ut etter at kanalen kom i drift igjen"),
    "reply.give_up": gettext_lazy("kunne ikke avgjøre om svaret ble publisert"),
    "reply.halt": gettext_lazy("fikk ikke ut resten av svaret"),
    "reply.refuse": gettext_lazy("fikk nei fra plattformen"),
    "reply.send_again": gettext_lazy("sendte svaret på nytt"),
    "reply.rework": gettext_lazy("tok opp svaret igjen"),
    "reply.discard": gettext_lazy("forkastet utkastet"),
}
# Steps that only follow from the act beside them would say everything twice.
ECHOES = {
    "comment.hand_in",
    "comment.take_back",
    "comment.let_out",
    "comment.call_back",
    "reply.start",
    "intervention.begin",
}


@dataclass(frozen=True)
class HistoryLine:
    """One line: who ("" = SocialDesk), what, when, and the choice that was made."""

    name: str
    words: str
    at: datetime
    detail: str


def lines_of(history: list[LogLine]) -> list[HistoryLine]:
    """Return the lines of the log for people, newest first; saves in a row by one person are one line."""
    lines: list[HistoryLine] = []
    latest = ""
    for line in history:
        action = line.event.action
        if action in ECHOES or (action == "reply.save" and latest == f"{action}{line.name}"):
            continue
        latest = f"{action}{line.name}"
        lines.append(HistoryLine(line.name, str(WORDS.get(action, action)), line.event.at, _detail(line.event.data)))
    return lines


def _detail(data: dict[str, Any]) -> str:
    chosen = data.get("set", {})
    labels = {str(sorting): str(label).lower() for sorting, label in SORTING_LABELS.items()}
    if chosen.get("sortings"):
        return str(get_text_list([labels.get(one, one) for one in chosen["sortings"]], _("og")))
    if chosen.get("ending"):
        return str(Comment.Ending(chosen["ending"]).label)
    if data.get("kind") in Intervention.Kind.values:
        return str(Intervention.Kind(data["kind"]).label)
    if "template_name" in data:
        version = {"name": data["template_name"], "number": data["template_version"]}
        return _("godkjent på forhånd: mal %(name)s v%(number)s") % version
    return _("versjon %(number)s") % {"number": data["version"]} if "version" in data else ""

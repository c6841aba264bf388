"""What the archive answers: its receipt or refusal, read with suspicion and matched by our own key.

Fiks Arkiv V1: `arkivmeldingKvittering`, and the error messages `ugyldigforespoersel`, `serverfeil`, `ikkefunnet`.
Pure: bytes in, plain values out; nothing is fetched, no entity is followed.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lxml import etree

LARGEST = 2_000_000
OURS = "SocialDesk"
# What to do about each kind of refusal; the error's own root element.
REMEDIES = {
    "ugyldigforespoersel": gettext_lazy(
        "Meldingen var feil. Ikke send den uendret: rett opplysningene, bekreft og eksporter på nytt."
    ),
    "serverfeil": gettext_lazy("Feilen lå hos arkivet. Vent litt, og send den samme meldingen på nytt."),
    "ikkefunnet": gettext_lazy(
        "Arkivet kjenner ikke det meldingen peker på. Send meldingene foran den først, og vent på kvittering."
    ),
}


class NotAReceiptError(Exception):
    """The text is no receipt we know; str() is what to tell the archivist."""


@dataclass(frozen=True)
class CaseReceipt:
    """What the archive says of a case file: our key, its id and number."""

    key: str
    system_id: str
    year: int | None
    sequence: int | None


@dataclass(frozen=True)
class EntryReceipt:
    """What the archive says of an entry: our key, its id and numbers, and whether it was there before."""

    key: str
    system_id: str
    journal_year: int | None
    journal_sequence: int | None
    entry_number: int | None
    was_there: bool


@dataclass(frozen=True)
class Refusal:
    """What went wrong in the archive, in its own words, its reference, and what to do about it."""

    words: str
    error_id: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.words} ({self.error_id}) {self.remedy}".strip()


@dataclass(frozen=True)
class Receipt:
    """One answer of the archive. Either half of a message can have failed while the other was taken."""

    case: CaseReceipt | None = None
    entry: EntryReceipt | None = None
    refusal: Refusal | None = None

    @property
    def keys(self) -> set[str]:
        """Our keys that the answer names."""
        return {one.key for one in (self.case, self.entry) if one and one.key}


def read_receipt(data: bytes) -> Receipt:
    """Read one receipt or refusal. Raises NotAReceiptError for anything else, and for keys of another system."""
    if len(data) > LARGEST:
        raise NotAReceiptError(_("Kvitteringen er for stor."))
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAReceiptError(_("Dette er ikke XML. Lim inn kvitteringen slik arkivet ga den.")) from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise NotAReceiptError(_("Kvitteringen har en DTD. Slike tar vi ikke imot."))
    name, space = etree.QName(root).localname, etree.QName(root).namespace or ""
    if name in REMEDIES and "/fiks-arkiv/feil/" in space:
        return Receipt(refusal=_refusal(root, name))
    if name != "arkivmeldingKvittering" or not space.endswith("/arkivmelding/opprett/kvittering/v1"):
        raise NotAReceiptError(_("Dette er ikke en kvittering fra Fiks Arkiv V1."))
    return _receipt(root)


def _receipt(root: etree._Element) -> Receipt:
    case, entry = root.find("{*}mappeKvittering"), root.find("{*}registreringKvittering")
    failed = root.find("{*}registreringFeilet")
    failed = root.find("{*}mappeFeilet") if failed is None else failed
    read = Receipt(
        case=_case(case) if case is not None else None,
        entry=_entry(entry) if entry is not None else None,
        refusal=_refusal(failed, "ugyldigforespoersel") if failed is not None else None,
    )
    if not (read.case or read.entry or read.refusal):
        raise NotAReceiptError(_("Kvitteringen er tom."))
    return read


def _case(node: etree._Element) -> CaseReceipt:
    return CaseReceipt(
        key=_key(node),
        system_id=_text(node, "systemID"),
        year=_number(node, "saksaar"),
        sequence=_number(node, "sakssekvensnummer"),
    )


def _entry(node: etree._Element) -> EntryReceipt:
    return EntryReceipt(
        key=_key(node),
        system_id=_text(node, "systemID"),
        journal_year=_number(node, "journalaar"),
        journal_sequence=_number(node, "journalsekvensnummer"),
        entry_number=_number(node, "journalpostnummer"),
        was_there=_text(node, "opprettetEllerEksisterende") == "Eksisterende",
    )


def _refusal(node: etree._Element, kind: str) -> Refusal:
    words = _text(node, "feilmelding")[:1000] or _("Arkivet ga ingen forklaring.")
    return Refusal(words=words, error_id=_text(node, "feilId")[:100], remedy=str(REMEDIES[kind]))


def _key(node: etree._Element) -> str:
    """Return our key of the thing; "" when the archive left it out. Refuses another system's."""
    found = node.find("{*}referanseEksternNoekkel")
    if found is None:
        return ""
    if _text(found, "fagsystem") != OURS:
        raise NotAReceiptError(_("Kvitteringen gjelder et annet fagsystem enn SocialDesk."))
    return _text(found, "noekkel")[:200]


def _text(node: etree._Element, name: str) -> str:
    return (node.findtext(f"{{*}}{name}") or "").strip()[:1000]


def _number(node: etree._Element, name: str) -> int | None:
    text = _text(node, name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None

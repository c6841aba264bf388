"""The code lists of a municipality: seeded with the examples of Fiks Arkiv V1, edited, and read from KS' JSON lists.

The real values live in each archive (message `innsyn.kodeliste.hent`). There is no published list for access codes,
formats, classes and units: those are Noark's words, the PRONOM ids and the municipality's own units.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from archive import formats
from archive.arkivmelding import Kode, codes
from archive.models import CodeValue
from team.models import Municipality, Unit

Lists = CodeValue.List
LARGEST_FILE = 2_000_000
MOST_VALUES = 5000
_WRITTEN_OFF = {
    "BU": "Besvart med brev",
    "BE": "Besvart med e-post",
    "TLF": "Besvart på telefon",
    "TE": "Tatt til etterretning",
    "TO": "Tatt til orientering",
}
_JOURNAL = {"J": "Journalført", "F": "Ferdigstilt av saksbehandler", "G": "Godkjent av leder", "E": "Ekspedert",
            "A": "Arkivert", "U": "Utgår", "M": "Midlertidig registrering av innkommende dokument",
            "S": "Saksbehandler har registrert innkommende dokument", "R": "Reservert dokument"}  # fmt: skip
_CASE = {"B": "Under behandling", "A": "Avsluttet", "U": "Utgår", "R": "Opprettet av saksbehandler",
         "S": "Avsluttet av saksbehandler", "P": "Unntatt prosesstyring", "F": "Ferdig fra saksbehandler"}  # fmt: skip
_OUR_DOCUMENTS = (codes.KORRESPONDANSE, codes.FOTO, codes.VIDEO, codes.LYD, codes.NOTAT, codes.VEDLEGGSFIL)
_OUR_FORMATS = (formats.PDF_A_2U, formats.JSON, formats.PNG, *(formats.format_of(f"fmt/{one}") for one in
                (41, 42, 43, 44, 4, 566, 567, 568)))  # fmt: skip


class NotACodeListError(Exception):
    """A file is no code list of KS, or another one than was asked for; str() is what to tell the archivist."""


@dataclass(frozen=True)
class Imported:
    """What came of an import: how many values are new, got new words, were the same, and are not in the file."""

    new: int
    changed: int
    same: int
    not_in_file: int


class Codes:
    """All values in use in one municipality, read once: `Kode`s for messages, choices for forms."""

    def __init__(self, municipality_id: int) -> None:
        seed(municipality_id)
        self.values = list(CodeValue.objects.filter(municipality_id=municipality_id, is_active=True).order_by("code"))

    def kode(self, name: str, code: str) -> Kode:
        """Return the value with this code, with its words where the list has it."""
        found = next((one for one in self.values if one.list == name and one.code == code), None)
        return Kode(kode=code, beskrivelse=found.description if found else "")

    def of_ours(self, name: str, ours: Kode) -> Kode:
        """Return what the archive calls something of ours; ours itself where the list says nothing."""
        found = next((one for one in self.values if one.list == name and one.ours == ours.kode), None)
        return Kode(kode=found.code, beskrivelse=found.description) if found else ours

    def choices(self, name: str) -> list[tuple[str, str]]:
        """Return (code, words) of a list, by code."""
        return [(one.code, str(one)) for one in self.values if one.list == name]

    def has(self, name: str, code: str) -> bool:
        return any(one.list == name and one.code == code for one in self.values)


def seed(municipality_id: int) -> None:
    """Fill the lists that are empty with our values, and add the units that have come since. Harmless twice."""
    have = set(CodeValue.objects.filter(municipality_id=municipality_id).values_list("list", flat=True).distinct())
    fresh = [one for name, rows in _seeds().items() if name not in have for one in rows]
    known = set(
        CodeValue.objects.filter(municipality_id=municipality_id, list=Lists.UNIT).values_list("ours", flat=True)
    )
    fresh += [
        CodeValue(list=Lists.UNIT, code=unit.code, description=unit.name, ours=unit.code)
        for unit in Unit.objects.filter(municipality_id=municipality_id, is_active=True).exclude(code__in=known)
    ]
    for one in fresh:
        one.municipality_id = municipality_id
    CodeValue.objects.bulk_create(fresh, ignore_conflicts=True)


def _seeds() -> dict[str, list[CodeValue]]:
    def plain(name: str, values: Iterable[tuple[str, str]]) -> list[CodeValue]:
        return [CodeValue(list=name, code=code, description=words) for code, words in values]

    return {
        Lists.CLASS: plain(Lists.CLASS, [("N00", "Henvendelser i sosiale medier")]),
        Lists.ACCESS: plain(Lists.ACCESS, [("UO", "Unntatt offentlighet")]),
        Lists.JOURNAL_STATUS: plain(Lists.JOURNAL_STATUS, _JOURNAL.items()),
        Lists.CASE_STATUS: plain(Lists.CASE_STATUS, _CASE.items()),
        Lists.WRITE_OFF: plain(Lists.WRITE_OFF, _WRITTEN_OFF.items()),
        Lists.DOCUMENT_TYPE: [
            CodeValue(list=Lists.DOCUMENT_TYPE, code=one.kode, description=one.beskrivelse, ours=one.kode)
            for one in _OUR_DOCUMENTS
        ],
        Lists.FORMAT: [
            CodeValue(list=Lists.FORMAT, code=one.puid, description=one.name, ours=one.puid) for one in _OUR_FORMATS
        ],
    }


@transaction.atomic
def import_list(municipality: Municipality, name: str, data: bytes) -> Imported:
    """Take the values of a KS JSON list into the list `name`; what is not in the file is left as it is.

    The file is `{"navn": ..., "kodeliste": [{"kodeverdi": ..., "kodebeskrivelse": ...}]}`, as in
    ks-no/fiks-arkiv-specification, Schema/V1/kodelister. All or nothing. Raises NotACodeListError.
    """
    wanted = _values_in(_document(data), name)
    seed(municipality.pk)
    held: dict[str, list[CodeValue]] = {}
    for one in CodeValue.objects.select_for_update(no_key=True).filter(municipality=municipality, list=name):
        held.setdefault(one.code, []).append(one)
    changed = [
        one
        for code, words in wanted.items()
        for one in held.get(code, [])
        if (one.description, True) != (words, one.is_active)
    ]
    for one in changed:
        one.description, one.is_active = wanted[one.code], True
    CodeValue.objects.bulk_update(changed, ["description", "is_active"])
    new = [
        CodeValue(municipality=municipality, list=name, code=code, description=words)
        for code, words in wanted.items()
        if code not in held
    ]
    CodeValue.objects.bulk_create(new)
    return Imported(
        new=len(new),
        changed=len({one.code for one in changed}),
        same=len(wanted) - len(new) - len({one.code for one in changed}),
        not_in_file=len(held.keys() - wanted.keys()),
    )


def _document(data: bytes) -> dict[str, Any]:
    """Return the JSON document; KS' files are UTF-8, some with a byte-order mark, some UTF-16."""
    if len(data) > LARGEST_FILE:
        raise NotACodeListError(_("Filen er for stor for en kodeliste."))
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        found = json.loads(data.decode(encoding))
    except (ValueError, RecursionError) as error:
        raise NotACodeListError(_("Filen er ikke JSON. Last opp listen slik den kommer fra KS.")) from error
    if not isinstance(found, dict) or not isinstance(found.get("kodeliste"), list):
        raise NotACodeListError(_("Filen har ingen «kodeliste». Last opp listen slik den kommer fra KS."))
    return found


def _values_in(document: dict[str, Any], name: str) -> dict[str, str]:
    """Return words by code. Refuses another list than the one asked for, and values that are no codes."""
    said = str(document.get("navn") or name).strip().lower()
    if said != name:
        raise NotACodeListError(
            _("Filen er listen «%(said)s», ikke «%(name)s». Velg riktig liste og prøv igjen.")
            % {"said": said[:50], "name": name}
        )
    values = [_value(one) for one in document["kodeliste"][: MOST_VALUES + 1]]
    if not values or len(values) > MOST_VALUES:
        raise NotACodeListError(_("Listen er tom eller for lang."))
    if len({code for code, _words in values}) < len(values):
        raise NotACodeListError(_("Samme kode står flere ganger i filen."))
    return dict(values)


def _value(row: Any) -> tuple[str, str]:
    if not isinstance(row, dict):
        raise NotACodeListError(_("Listen har noe som ikke er en kode."))
    code, words = row.get("kodeverdi"), row.get("kodebeskrivelse") or ""
    if not isinstance(code, str) or not is_code(code) or not isinstance(words, str):
        raise NotACodeListError(_("Listen har en kode som er tom, for lang eller har ulovlige tegn."))
    return code.strip(), " ".join(words.split())[:200]


def is_code(text: str) -> bool:
    """Whether a text can be a code: 1 to 50 characters that can be seen, no line breaks."""
    return 0 < len(text.strip()) <= 50 and text.strip().isprintable()

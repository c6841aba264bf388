"""Our own rules, which the official schema cannot check: files, documents, correspondence, shielding, identity.

The rule numbers in the docstrings are the ones people use when they talk about an export that was stopped.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from archive.arkivmelding import codes
from archive.arkivmelding.fields import Arkivmelding, Dokumentobjekt, Entry, Journalpost, Korrespondansepart, Skjerming
from archive.arkivmelding.later import Later, NyttDokumentobjekt, Oppdatering
from archive.arkivmelding.masking import MASK, name_parts_in, names_in, people_of
from archive.arkivmelding.structure import structure_problems, walk
from archive.formats import ACCEPTED
from archive.national_id import holds_national_id
from archive.oslo import is_aware, oslo_date
from archive.problems import Problem

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST_FILE = 2**31 - 1  # filstoerrelse is xs:int
_EXTERNAL = {"EA", "EM", "EK", "GM"}
_INTERNAL = {"IA", "IM", "IK"}


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file of the package really is: size in bytes and SHA-256 in lower-case hex."""

    size: int
    sha256: str


def check(message: Arkivmelding, files: Mapping[str, FileFacts], accepted: Collection[str] = ACCEPTED) -> list[Problem]:
    """Everything that is wrong with a message; an empty list means that it may be handed over.

    `files` are the files that will lie beside the message, by their name inside the package (the message's own
    XML not counted). `accepted` are the format codes the archive takes as A variant.
    """
    problems = [*structure_problems(message), *_file_problems(message, files), *_identity_problems(message)]
    if message.registrering:
        problems += _document_problems(message.registrering, accepted)
        problems += _correspondence_problems(message.registrering)
        problems += _date_problems(message.registrering)
    problems += _shielding_problems(message)
    return problems


def check_later(message: Later, files: Mapping[str, FileFacts]) -> list[Problem]:
    """Everything that is wrong with a message about what the archive has: its file, if it has one; empty remarks."""
    if isinstance(message, NyttDokumentobjekt):
        part = message.dokumentobjekt
        missing = sorted(files.keys() - {part.referanse_dokumentfil})
        return [
            *_object_problems(part, files.get(part.referanse_dokumentfil)),
            *(Problem(name, "Filen er ikke nevnt i meldingen.", "Lag pakken på nytt.") for name in missing),
        ]
    if isinstance(message, Oppdatering) and not message.merknad:
        return [Problem("merknad", "Oppdateringen er tom.", "Lag pakken på nytt.")]
    return []


def _file_problems(message: Arkivmelding, files: Mapping[str, FileFacts]) -> Iterator[Problem]:
    """Rule 1: the message and the folder name the same files, and sizes and checksums are those of the bytes."""
    referred = Counter(part.referanse_dokumentfil for part in message.objects)
    for name, times in sorted(referred.items()):
        if times > 1:
            yield Problem(name, f"Filen er nevnt {times} ganger i meldingen.", "Gi hver fil sitt eget navn.")
    for name in sorted(files.keys() - referred.keys()):
        yield Problem(name, "Filen ligger i mappen, men er ikke nevnt i meldingen.", "Ta den med, eller fjern den.")
    for part in message.objects:
        yield from _object_problems(part, files.get(part.referanse_dokumentfil))


def _object_problems(part: Dokumentobjekt, facts: FileFacts | None) -> Iterator[Problem]:
    name = part.referanse_dokumentfil
    again = "Lag pakken på nytt."
    if not _FILE_NAME.fullmatch(name):
        yield Problem(name, "Filnavnet i pakken er ugyldig.", "Bruk bare a–z, tall, punktum og bindestrek.")
    if part.sjekksum_algoritme != codes.SHA256 or not _SHA256.fullmatch(part.sjekksum):
        yield Problem(name, "Sjekksummen er ikke SHA256 med små heksadesimale tegn.", again)
    if not 0 <= part.filstoerrelse <= _LARGEST_FILE:
        yield Problem(name, "Filen er større enn standarden tillater (2 GB).", "Del opp eller komprimer filen.")
    if facts is None:
        yield Problem(name, "Meldingen nevner en fil som ikke finnes.", "Legg ved filen, eller fjern dokumentet.")
        return
    if facts.size != part.filstoerrelse:
        yield Problem(name, f"Filen er {facts.size} byte, meldingen sier {part.filstoerrelse}.", again)
    if facts.sha256 != part.sjekksum:
        yield Problem(name, "Filens innhold stemmer ikke med sjekksummen i meldingen.", again)


def _document_problems(entry: Entry, accepted: Collection[str]) -> Iterator[Problem]:
    """Rules 2, 3 and 7: one main document first, numbered without holes, an A variant each, every key once."""
    documents = entry.dokumentbeskrivelse
    roles = [document.tilknyttet_registrering_som.kode for document in documents]
    where = "registrering/dokumentbeskrivelse"
    if documents and roles != ["H"] + ["V"] * (len(roles) - 1):
        yield Problem(where, "Journalposten må ha ett hoveddokument, og det må stå først.", "Velg hoveddokument.")
    if [document.dokumentnummer for document in documents] != list(range(1, len(documents) + 1)):
        yield Problem(where, "Dokumentene er ikke nummerert 1, 2, 3 og så videre.", "Nummerer dokumentene på nytt.")
    if entry.antall_vedlegg != roles.count("V"):
        yield Problem("registrering/antallVedlegg", "Antallet vedlegg stemmer ikke.", f"Skriv {roles.count('V')}.")
    keys = Counter(document.referanse_ekstern_noekkel.noekkel for document in documents)
    for key in sorted(key for key, times in keys.items() if times > 1):
        yield Problem(where, f"Nøkkelen {key} er brukt på flere dokumenter.", "Gi hvert dokument sin egen nøkkel.")
    for number, document in enumerate(documents, start=1):
        archive_codes = {part.format.kode for part in document.dokumentobjekt if part.variantformat.kode == "A"}
        if not archive_codes.intersection(accepted):
            yield Problem(
                f"{where}[{number}]",
                f"«{document.tittel}» har ingen arkivvariant i et godkjent format.",
                "Lag en PDF/A, PNG eller JPEG av dokumentet, eller la være å ta det med.",
            )


def _correspondence_problems(entry: Entry) -> Iterator[Problem]:
    """Rule 4: incoming has a sender and a time received, outgoing a recipient and a time sent."""
    where = "registrering/korrespondansepart"
    held = {part.korrespondanseparttype.kode for part in entry.korrespondansepart}
    if _kind_of(entry) == "I" and "EA" not in held:
        yield Problem(where, "Inngående journalpost mangler avsender.", "Legg til den som skrev, som avsender (EA).")
    if _kind_of(entry) == "U" and "EM" not in held:
        yield Problem(
            where, "Utgående journalpost mangler mottaker.", "Legg til den som fikk svaret, som mottaker (EM)."
        )
    if not held & _INTERNAL:
        yield Problem(where, "Ingen enhet i kommunen står som part.", "Legg til enheten som mottaker eller avsender.")
    if _kind_of(entry) == "I" and entry.mottatt_dato is None:
        yield Problem("registrering/mottattDato", "Inngående journalpost mangler mottattDato.", "Oppgi når den kom.")
    if _kind_of(entry) == "U" and entry.sendt_dato is None:
        yield Problem(
            "registrering/sendtDato", "Utgående journalpost mangler sendtDato.", "Oppgi når svaret ble sendt."
        )
    for number, part in enumerate(entry.korrespondansepart, start=1):
        yield from _party_problems(f"{where}[{number}]", part)


def _party_problems(where: str, part: Korrespondansepart) -> Iterator[Problem]:
    if part.korrespondanseparttype.kode in _EXTERNAL and part.er_personnavn is None:
        yield Problem(f"{where}/erPersonnavn", "Det er ikke sagt om navnet er et personnavn.", "Velg ja eller nei.")
    if part.korrespondanseparttype.kode == "EA" and not part.deres_referanse:
        yield Problem(
            f"{where}/deresReferanse", "Lenken til kommentaren mangler.", "Legg inn lenken.", may_confirm=True
        )


def _date_problems(entry: Entry) -> Iterator[Problem]:
    """Rule 5: the document's date is the Oslo date of the time it came or went."""
    moment = _moment_of(entry)
    if moment is not None and is_aware(moment) and oslo_date(moment) != entry.dokumentets_dato:
        yield Problem(
            "registrering/dokumentetsDato",
            f"Datoen er {entry.dokumentets_dato}, men dokumentet er fra {oslo_date(moment)} norsk tid.",
            f"Bruk {oslo_date(moment)}.",
        )


def _kind_of(entry: Entry) -> str:
    """Return I, U or X; an archive note has no type and tells by its dates whether it came in or went out."""
    if isinstance(entry, Journalpost):
        return entry.journalposttype.kode
    return "I" if entry.mottatt_dato else "U" if entry.sendt_dato else "X"


def _moment_of(entry: Entry) -> datetime | None:
    return {"I": entry.mottatt_dato, "U": entry.sendt_dato}.get(_kind_of(entry))


def _shielding_problems(message: Arkivmelding) -> Iterator[Problem]:
    """Rule 4: where something is shielded, no public title names the person."""
    if message.registrering is None or not _is_shielded(message):
        return
    people = people_of(message.registrering)
    for where, title in _public_titles(message):
        if names := names_in(title, people):
            yield Problem(where, f"Den offentlige tittelen røper {names[0]}.", f"Skriv {MASK} i stedet for navnet.")
        elif parts := name_parts_in(title, people):
            yield Problem(
                where,
                f"Den offentlige tittelen har ordet «{parts[0]}», som også er en del av navnet.",
                f"Skriv {MASK}, eller bekreft at ordet ikke viser til personen.",
                may_confirm=True,
            )


def _is_shielded(message: Arkivmelding) -> bool:
    return any(
        isinstance(part, Skjerming) or (isinstance(part, Korrespondansepart) and part.er_skjermet)
        for _, part in walk(message)
    )


def _public_titles(message: Arkivmelding) -> Iterator[tuple[str, str]]:
    if message.mappe:
        yield "mappe/offentligTittel", message.mappe.offentlig_tittel
    if message.registrering:
        yield "registrering/offentligTittel", message.registrering.offentlig_tittel


def _identity_problems(message: Arkivmelding) -> Iterator[Problem]:
    """Rule 10: no national identity number in a title or a file name without somebody having looked."""
    for path, part in walk(message):
        for field in ("tittel", "offentlig_tittel", "filnavn"):
            if holds_national_id(getattr(part, field, "") or ""):
                yield Problem(
                    f"{path}/{field}",
                    "Det ser ut til å stå et fødselsnummer her.",
                    "Fjern nummeret, eller bekreft at det er noe annet.",
                    may_confirm=True,
                )

"""A finished package read back: every byte hashed again, every list compared with what is really there."""

import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from archive.arkivmelding import FileFacts
from archive.arkivmelding.eformidling import NAMESPACE as EFORMIDLING
from archive.package import CHECKSUMS, MANIFEST, MANIFEST_FORMAT, MESSAGE_FILE, hash_of
from archive.problems import Problem

_SAFE_NAME = re.compile(r"(?:\d{2,5}-[a-z0-9-]+/)?[A-Za-z0-9][A-Za-z0-9._-]*")
_CHECKSUM_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_ENCRYPTED = 0x1
SAID_NOTHING = FileFacts(-1, "")  # eFormidling has no checksum and size
MESSAGE_FILES = (MESSAGE_FILE, "dokumentobjekt-opprett.xml", "avskrivning-opprett.xml")
_LARGEST_LIST = 64 << 20  # bytes of a manifest or message that will be read into memory
_UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError)
_NEW_PACKAGE = "Ikke bruk pakken. Hent den på nytt, eller lag en ny."

Found = Mapping[str, FileFacts]


class _UnreadableError(Exception):
    """A list inside the package cannot be understood."""


def verify(path: Path, sha256: str | None = None) -> list[Problem]:
    """Everything that is wrong with a package on disk; an empty list means that it is whole.

    Hashes every file again in flat memory and compares with `sha256sum.txt`, `manifest.json` and the messages.
    `sha256` is the checksum of the whole zip from when it was made, where it is known: then every bit counts.
    """
    try:
        with path.open("rb") as stream:
            whole = hash_of(stream)
        with zipfile.ZipFile(path) as archive:
            problems = list(_problems_inside(archive))
    except _UNREADABLE as error:
        return [Problem(path.name, f"Pakken lar seg ikke lese ({error}).", _NEW_PACKAGE)]
    if sha256 is not None and whole.sha256 != sha256:
        problems.insert(0, Problem(path.name, "Pakken er endret etter at den ble laget.", _NEW_PACKAGE))
    return problems


def _problems_inside(archive: zipfile.ZipFile) -> Iterator[Problem]:
    bad_entries = list(_entry_problems(archive))
    yield from bad_entries
    if bad_entries:
        return
    found: dict[str, FileFacts] = {}
    for name in archive.namelist():
        try:
            with archive.open(name) as stream:
                found[name] = hash_of(stream)
        except _UNREADABLE as error:
            yield Problem(name, f"Filen lar seg ikke lese ({error}).", _NEW_PACKAGE)
    for check in (_checksum_problems, _manifest_problems, _message_problems):
        try:
            yield from check(archive, found)
        except _UnreadableError as error:
            yield Problem(str(error), "Filen mangler eller lar seg ikke forstå.", _NEW_PACKAGE)


def _entry_problems(archive: zipfile.ZipFile) -> Iterator[Problem]:
    """ISO/IEC 21320-1 and safe names: nothing that could land outside the folder it is unpacked in."""
    times = Counter(archive.namelist())
    for entry in archive.infolist():
        if not _SAFE_NAME.fullmatch(entry.filename):
            yield Problem(entry.filename, "Filnavnet i pakken er ugyldig.", _NEW_PACKAGE)
        if times[entry.filename] > 1:
            yield Problem(entry.filename, "Filen ligger flere ganger i pakken.", _NEW_PACKAGE)
        if entry.flag_bits & _ENCRYPTED:
            yield Problem(entry.filename, "Filen er kryptert.", _NEW_PACKAGE)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            yield Problem(entry.filename, "Filen er pakket på en måte arkivet ikke tar imot.", _NEW_PACKAGE)


def _checksum_problems(archive: zipfile.ZipFile, found: Found) -> Iterator[Problem]:
    lines = [_CHECKSUM_LINE.fullmatch(line) for line in _text(archive, CHECKSUMS).splitlines()]
    if None in lines:
        raise _UnreadableError(CHECKSUMS)
    listed = {line[2]: line[1] for line in lines if line}
    yield from _name_problems(CHECKSUMS, set(listed), set(found) - {CHECKSUMS})
    for name in sorted(listed.keys() & found.keys()):
        if listed[name] != found[name].sha256:
            yield Problem(name, f"Innholdet stemmer ikke med {CHECKSUMS}.", _NEW_PACKAGE)


def _manifest_problems(archive: zipfile.ZipFile, found: Found) -> Iterator[Problem]:
    rows = _manifest_rows(archive)
    yield from _name_problems(MANIFEST, set(rows), set(found) - {CHECKSUMS, MANIFEST})
    for name in sorted(rows.keys() & found.keys()):
        if rows[name] != found[name]:
            yield Problem(name, f"Størrelse eller innhold stemmer ikke med {MANIFEST}.", _NEW_PACKAGE)


def _manifest_rows(archive: zipfile.ZipFile) -> dict[str, FileFacts]:
    try:
        manifest: Any = json.loads(_text(archive, MANIFEST))
        if manifest["format"] != MANIFEST_FORMAT:
            raise _UnreadableError(MANIFEST)
        return {str(row["name"]): FileFacts(int(row["size"]), str(row["sha256"])) for row in manifest["files"]}
    except (ValueError, KeyError, TypeError) as error:
        raise _UnreadableError(MANIFEST) from error


def _message_problems(archive: zipfile.ZipFile, found: Found) -> Iterator[Problem]:
    """Every message and its folder name the same files, with the size and checksum they have."""
    folders = sorted({name.partition("/")[0] for name in found if "/" in name})
    if not folders:
        yield Problem("pakken", "Pakken har ingen meldinger.", _NEW_PACKAGE)
    for folder in folders:
        path = next(
            (f"{folder}/{one}" for one in MESSAGE_FILES if f"{folder}/{one}" in found), f"{folder}/{MESSAGE_FILE}"
        )
        said, count = _message_files(archive, path)
        said_here = {f"{folder}/{name}": facts for name, facts in said.items()}
        held = {name for name in found if name.startswith(f"{folder}/")} - {path}
        yield from _name_problems(path, set(said_here), held)
        if count != len(held):
            yield Problem(path, f"antallFiler er {count}, men mappen har {len(held)}.", _NEW_PACKAGE)
        for name in sorted(said_here.keys() & held & found.keys()):
            if said_here[name] not in {found[name], SAID_NOTHING}:
                yield Problem(name, "Størrelse eller sjekksum stemmer ikke med meldingen.", _NEW_PACKAGE)


def _message_files(archive: zipfile.ZipFile, path: str) -> tuple[dict[str, FileFacts], int]:
    """The files a message names, and how many it says there are."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        message = etree.fromstring(_bytes(archive, path), parser)
        objects = message.iter("{*}dokumentobjekt")
        named = {
            one.findtext("{*}referanseDokumentfil", ""): FileFacts(
                int(one.findtext("{*}filstoerrelse", "-1")), one.findtext("{*}sjekksum", "")
            )
            for one in objects
        }
        # A message about what the archive already has does not count its files.
        if etree.QName(message).namespace == EFORMIDLING:
            named = dict.fromkeys(named, SAID_NOTHING)
        is_later = etree.QName(message).localname != "arkivmelding"
        return named, len(named) if is_later else int(message.findtext("{*}antallFiler", "-1"))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _UnreadableError(path) from error


def _name_problems(listing: str, listed: set[str], held: set[str]) -> Iterator[Problem]:
    for name in sorted(listed - held):
        yield Problem(name, f"Filen er nevnt i {listing}, men mangler i pakken.", _NEW_PACKAGE)
    for name in sorted(held - listed):
        yield Problem(name, f"Filen ligger i pakken, men er ikke nevnt i {listing}.", _NEW_PACKAGE)


def _text(archive: zipfile.ZipFile, name: str) -> str:
    try:
        return _bytes(archive, name).decode()
    except UnicodeDecodeError as error:
        raise _UnreadableError(name) from error


def _bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        if archive.getinfo(name).file_size > _LARGEST_LIST:
            raise _UnreadableError(name)
        return archive.read(name)
    except (KeyError, *_UNREADABLE) as error:
        raise _UnreadableError(name) from error

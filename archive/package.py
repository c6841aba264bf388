"""The package an archive gets: a zip with one folder per message, a manifest, checksums and pages for people.

    01-opprett/arkivmelding.xml     the first message
    01-opprett/kommentar-v1.pdf     ... and its files
    README.txt  innhold.html        for people
    manifest.json  sha256sum.txt    for machines; `sha256sum -c sha256sum.txt` in the unpacked folder checks it all

The zip keeps to ISO/IEC 21320-1 (no encryption, no volumes, only stored or deflated; ours is stored, since the files
are compressed already and a compressor's version would show in the bytes). Times in it are fixed and names sorted:
the same package gives the same bytes. `archive/package_check.py` reads it back.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Final, Protocol

from archive import formats, package_pages
from archive.arkivmelding import FileFacts
from archive.arkivmelding.xml_text import xml_safe
from archive.oslo import in_oslo

MESSAGE_FILE: Final = "arkivmelding.xml"
MANIFEST: Final = "manifest.json"
CHECKSUMS: Final = "sha256sum.txt"
README: Final = "README.txt"
INDEX: Final = "innhold.html"
MANIFEST_FORMAT: Final = "socialdesk-package-1"
CHUNK: Final = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_ZIP64_FROM = 0x7000_0000  # zipfile must know before it begins that a file may pass 2 GiB
_FOLDER = re.compile(r"\d{2,5}-[a-z0-9-]+")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class PackageError(Exception):
    """The package cannot be made as asked: a bad name, a name used twice, or a file that has changed."""


class Readable(Protocol):
    """Anything bytes can be read from; `hash_of` needs no more."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """One file beside a message.

    `name` is the message's `referanseDokumentfil`; `title` and `role` («Hoveddokument, arkivformat») are for people;
    `facts` are what the message says about it. `open` gives a fresh stream of the bytes each time.
    """

    name: str
    title: str
    role: str
    puid: str
    facts: FileFacts
    open: Callable[[], BinaryIO]

    @classmethod
    def of_bytes(cls, data: bytes, *, name: str, title: str, role: str, puid: str) -> "PackagedFile":
        """A file whose bytes are at hand."""
        return cls(name, title, role, puid, facts_of(data), lambda: BytesIO(data))


@dataclass(frozen=True, slots=True)
class PackagedMessage:
    """One message with its files. `folder` is from `folder_name`; `key` is our own key of what it creates."""

    folder: str
    title: str
    key: str
    xml: bytes
    files: tuple[PackagedFile, ...]
    file_name: str = MESSAGE_FILE


@dataclass(frozen=True, slots=True)
class Listed:
    """What the lists of the package say about one message."""

    folder: str
    title: str
    key: str


@dataclass(frozen=True, slots=True)
class Package:
    """Everything that is handed over about one item. `made_at` is when the archivist confirmed it (aware)."""

    number: str
    municipality: str
    title: str
    made_at: datetime
    messages: tuple[PackagedMessage, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the manifest. `message` is the folder of the message it belongs to, "" for the package's own."""

    name: str
    title: str
    role: str
    puid: str
    size: int
    sha256: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class WrittenPackage:
    """The finished zip: its size in bytes, its SHA-256, and what is in it, in the order it is in there."""

    size: int
    sha256: str
    entries: tuple[Entry, ...]


def folder_name(number: int, kind: str = "opprett", digits: int = 2) -> str:
    """«01-opprett»: messages are sent in the order of their folders, so all of a package have as many digits."""
    return f"{number:0{digits}}-{kind}"


def facts_of(data: bytes) -> FileFacts:
    """Size and SHA-256 of bytes at hand."""
    return FileFacts(size=len(data), sha256=hashlib.sha256(data).hexdigest())


def hash_of(stream: Readable) -> FileFacts:
    """Size and SHA-256 of everything left in a stream, in flat memory."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return FileFacts(size=size, sha256=digest.hexdigest())


class PackageWriter:
    """Writes a package message by message, in flat memory, to an empty, seekable file open for reading and writing.

    Raises PackageError for a bad or repeated name, or when a file's bytes are not what the message says.
    """

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._zip = zipfile.ZipFile(target, "w", compression=zipfile.ZIP_STORED)
        self._messages: list[Listed] = []
        self._entries: list[Entry] = []

    def add(self, message: PackagedMessage) -> None:
        """Put one message with its files in; nothing of it is kept in memory but names and checksums."""
        _refuse_bad_names(message, self._messages[-1].folder if self._messages else "")
        self._entries += _add_message(self._zip, message)
        self._messages.append(Listed(message.folder, message.title, message.key))

    def finish(self, number: str, municipality: str, title: str, made_at: datetime) -> WrittenPackage:
        """Add the pages for people and the lists for machines, and close the zip."""
        readme = package_pages.readme(number, municipality, title, made_at)
        self._entries.append(_add(self._zip, _own_page(README, "Les dette først", formats.TEXT), BytesIO(readme)))
        index = package_pages.index(f"{number} {title}", municipality, made_at, self._messages, self._entries)
        page = _own_page(INDEX, "Innholdsfortegnelse", formats.HTML)
        self._entries.append(_add(self._zip, page, BytesIO(index)))
        manifest = _manifest(number, municipality, title, made_at, self._messages, self._entries)
        own = _own_page(MANIFEST, "Filoversikt", formats.JSON)
        listed = [*self._entries, _add(self._zip, own, BytesIO(manifest))]
        checksums = _own_page(CHECKSUMS, "Sjekksummer", formats.TEXT)
        listed.append(_add(self._zip, checksums, BytesIO(_checksum_lines(listed))))
        self._zip.close()
        self._target.seek(0)
        whole = hash_of(self._target)
        return WrittenPackage(size=whole.size, sha256=whole.sha256, entries=tuple(listed))

    def close(self) -> None:
        """Let go of a package that will not be finished."""
        self._zip.close()


def write(package: Package, target: BinaryIO) -> WrittenPackage:
    """Write a whole package at once. Raises as PackageWriter."""
    writer = PackageWriter(target)
    try:
        for message in package.messages:
            writer.add(message)
        return writer.finish(package.number, package.municipality, package.title, package.made_at)
    finally:
        writer.close()


def _add_message(archive: zipfile.ZipFile, message: PackagedMessage) -> Iterator[Entry]:
    """The message and its files, sorted by name."""
    xml = PackagedFile.of_bytes(
        message.xml, name=message.file_name, title=message.title, role="Arkivmelding", puid=formats.XML.puid
    )
    for file in sorted((xml, *message.files), key=lambda one: one.name):
        planned = Entry(
            name=f"{message.folder}/{file.name}",
            title=file.title,
            role=file.role,
            puid=file.puid,
            size=file.facts.size,
            sha256=file.facts.sha256,
            message=message.folder,
        )
        with file.open() as stream:
            written = _add(archive, planned, stream)
        if written != planned:
            raise PackageError(
                f"Filen {planned.name} er ikke den samme som da meldingen ble laget. Lag pakken på nytt."
            )
        yield written


def _own_page(name: str, title: str, file_format: formats.Format) -> Entry:
    return Entry(name=name, title=title, role="Pakken", puid=file_format.puid, size=0, sha256="")


def _add(archive: zipfile.ZipFile, planned: Entry, stream: BinaryIO) -> Entry:
    """Copy the stream into the zip and say what was copied."""
    digest, size = hashlib.sha256(), 0
    with archive.open(_zip_info(planned.name), "w", force_zip64=planned.size > _ZIP64_FROM) as slot:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            slot.write(chunk)
    return replace(planned, size=size, sha256=digest.hexdigest())


def _zip_info(name: str) -> zipfile.ZipInfo:
    """The same header on every machine and day: 1980, Unix, -rw-r--r--, stored."""
    info = zipfile.ZipInfo(name, date_time=_EPOCH)
    info.compress_type = zipfile.ZIP_STORED
    info.create_system = _UNIX
    info.external_attr = 0o100644 << 16
    return info


def _manifest(
    number: str, municipality: str, title: str, made_at: datetime, messages: list[Listed], entries: list[Entry]
) -> bytes:
    content = {
        "format": MANIFEST_FORMAT,
        "number": number,
        "municipality": municipality,
        "title": xml_safe(title),
        "made_at": in_oslo(made_at).isoformat(timespec="seconds"),
        "messages": [{"folder": one.folder, "title": xml_safe(one.title), "key": one.key} for one in messages],
        "files": [asdict(replace(entry, title=xml_safe(entry.title))) for entry in entries],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _checksum_lines(entries: list[Entry]) -> bytes:
    return "".join(f"{entry.sha256}  {entry.name}\n" for entry in entries).encode("ascii")


def _refuse_bad_names(message: PackagedMessage, before: str) -> None:
    if not _FOLDER.fullmatch(message.folder):
        raise PackageError(f"Ugyldig mappenavn i pakken: {message.folder!r}. Bruk folder_name().")
    if message.folder <= before:
        raise PackageError("Meldingsmappene må ha hvert sitt navn og stå i den rekkefølgen de skal sendes.")
    names = [message.file_name, *(file.name for file in message.files)]
    for name in names:
        if not _FILE.fullmatch(name) or names.count(name) > 1:
            raise PackageError(f"Ugyldig eller gjentatt filnavn i {message.folder}: {name!r}.")

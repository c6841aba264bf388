"""The two pages of a package that are for people: README.txt and a static index without any script."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Protocol

from archive.arkivmelding.xml_text import xml_safe
from archive.formats import UnknownFormatError, format_of
from archive.oslo import clock_text

_README = """\
Arkivpakke fra SocialDesk
=========================

Nummer:    {number}
Kommune:   {municipality}
Gjelder:   {title}
Laget:     {made} (norsk tid)

Hva pakken inneholder
---------------------
Én mappe for hver melding. I hver mappe ligger arkivmelding.xml (Fiks Arkiv V1) og filene den nevner.
Dokumentene er PDF/A-2u. JSON-filene er det plattformen sendte, uendret.

innhold.html    oversikt du kan åpne i en nettleser
manifest.json   den samme oversikten for maskiner
sha256sum.txt   sjekksum for hver fil

Slik tar du pakken inn i arkivet
--------------------------------
1. Kontroller pakken: pakk ut, åpne et kommandovindu i mappen og skriv
       sha256sum -c sha256sum.txt
   Alle linjene skal slutte på OK.
2. Send meldingene i rekkefølge: mappe 01 først. Vent på kvittering før du sender den neste,
   for meldingene peker på det som ble opprettet av dem foran.
3. Registrer kvitteringen i SocialDesk, så henger arkivets numre og våre sammen.

Sender du den samme meldingen to ganger, kjenner arkivet den igjen på referanseEksternNoekkel.
"""

_STYLE = """\
body{font:16px/1.5 system-ui,sans-serif;color:#1b2733;background:#fff;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #c9d1d9}
td.sum{font-family:ui-monospace,monospace;font-size:.8rem;overflow-wrap:anywhere}
td.size{white-space:nowrap}"""


class _Entry(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def puid(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def message(self) -> str: ...


class _Message(Protocol):
    @property
    def folder(self) -> str: ...
    @property
    def title(self) -> str: ...


def readme(number: str, municipality: str, title: str, made_at: datetime) -> bytes:
    """README.txt, UTF-8 with plain line ends."""
    facts = {"number": number, "municipality": municipality, "title": title}
    lines = {name: " ".join(xml_safe(value).split()) for name, value in facts.items()}
    return _README.format(**lines, made=clock_text(made_at)).encode()


def index(
    heading: str, municipality: str, made_at: datetime, messages: Sequence[_Message], entries: Sequence[_Entry]
) -> bytes:
    """innhold.html: a table of files for every message, with links that work in the unpacked folder."""
    sections = "".join(
        _section(f"{message.folder}: {message.title}", [one for one in entries if one.message == message.folder])
        for message in messages
    )
    page = f"""<!DOCTYPE html>
<html lang="nb">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(heading)}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<main>
<h1>{_text(heading)}</h1>
<p>Arkivpakke fra {_text(municipality)}, laget av SocialDesk {clock_text(made_at)}.</p>
{sections}</main>
</body>
</html>
"""
    return page.encode()


def _section(heading: str, entries: Sequence[_Entry]) -> str:
    rows = "".join(_row(entry) for entry in entries)
    return f"""<h2>{_text(heading)}</h2>
<table>
<thead><tr>{"".join(f'<th scope="col">{label}</th>' for label in _COLUMNS)}</tr></thead>
<tbody>
{rows}</tbody>
</table>
"""


_COLUMNS = ("Fil", "Innhold", "Rolle", "Format", "Størrelse", "SHA-256")


def _row(entry: _Entry) -> str:
    link = f'<a href="{escape(entry.name)}">{escape(entry.name.rpartition("/")[2])}</a>'
    return (
        f"<tr><td>{link}</td><td>{_text(entry.title)}</td><td>{_text(entry.role)}</td>"
        f'<td>{_text(_format_name(entry.puid))}</td><td class="size">{entry.size} byte</td>'
        f'<td class="sum">{entry.sha256}</td></tr>\n'
    )


def _format_name(puid: str) -> str:
    """«PDF/A-2u (fmt/478)»; an archive's own code stands as it is."""
    try:
        return f"{format_of(puid).name} ({puid})"
    except UnknownFormatError:
        return puid


def _text(value: str) -> str:
    return escape(xml_safe(value))

"""The documents an archive gets about one item: the comment, each reply, and the handling log, as PDF/A-2u.

Times are aware datetimes in any zone and are printed on the Oslo clock. The same input gives the same bytes.
Every function raises FontsMissingError where the fonts are not installed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.oslo import clock_text
from archive.printable import Words, hidden_characters
from archive.typesetting import FontsMissingError, Rendered, TypesettingError, font_paths_in, typesetter

__all__ = [
    "Attachment",
    "FontsMissingError",
    "HandlingLog",
    "IncomingComment",
    "LogRow",
    "OutgoingReply",
    "Passage",
    "Rendered",
    "TypesettingError",
    "Version",
    "font_paths_in",
    "handling_log_pdf",
    "incoming_comment_pdf",
    "outgoing_reply_pdf",
]

_FACT_WIDTH = 36
_COLUMN_WIDTH = 24
_LONGEST_LINK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a text said from `written_at` on; `captured_at` is when SocialDesk saw it."""

    number: int
    text: str
    written_at: datetime
    captured_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text that is shown as context: the municipality's post, a comment above, the comment a reply answers.

    `kind` is the word before the author, such as «Kommunens innlegg» or «Kommentar».
    """

    kind: str
    author: str
    text: str
    published_at: datetime
    permalink: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A picture or file in the comment, which goes to the archive as a document of its own."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingComment:
    """A comment with everything needed to understand it. The last of `versions` is the one the document is about.

    `post` and `parents` are outermost first. `deleted_at` is when it was found gone or hidden at the source.
    """

    municipality: str
    number: str
    made_at: datetime
    platform: str
    account: str
    author: str
    handle: str
    permalink: str
    published_at: datetime
    captured_at: datetime
    versions: tuple[Version, ...]
    post: Passage | None = None
    parents: tuple[Passage, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingReply:
    """A published reply. The last of `versions` is what stands; `context` is what it answers, outermost first.

    `notices` are sentences such as «Saken må sendes som formell henvendelse».
    """

    municipality: str
    number: str
    made_at: datetime
    platform: str
    account: str
    recipient: str
    handle: str
    permalink: str
    published_at: datetime
    versions: tuple[Version, ...]
    written_by: str
    published_by: str
    approved_by: str = ""
    approved_at: datetime | None = None
    context: tuple[Passage, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One act: when, who, that person's role at the time, what was done, and what was said about it."""

    at: datetime
    who: str
    role: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingLog:
    """Everything that was done with an item, oldest first. `facts` are (label, value) pairs for the table on top."""

    municipality: str
    number: str
    made_at: datetime
    rows: tuple[LogRow, ...]
    facts: tuple[tuple[str, str], ...] = ()


def incoming_comment_pdf(comment: IncomingComment, *, font_paths: Sequence[Path]) -> Rendered:
    """The comment as PDF/A-2u; `font_paths` as from `font_paths_in`."""
    latest = comment.versions[-1]
    content = {
        **_frame(comment.municipality, comment.number),
        "facts": [
            _fact("Vårt nummer", comment.number),
            _fact("Avsender", comment.author),
            _fact("Brukernavn", comment.handle),
            _fact("Plattform", _place(comment.platform, comment.account)),
            _fact("Publisert", clock_text(comment.published_at)),
            _fact("Hentet til SocialDesk", clock_text(comment.captured_at)),
            _fact("Endret", _edits(comment.versions)),
            _fact("Fjernet ved kilden", clock_text(comment.deleted_at) if comment.deleted_at else ""),
            _link_fact("Lenke", comment.permalink),
        ],
        "deleted": _deletion(comment.deleted_at),
        "comment": _passage(comment.author, _version_time(latest, len(comment.versions) > 1), latest.text),
        "attachments": [
            {"name": Words(item.name), "description": Words(item.description or "Uten beskrivelse fra avsender")}
            for item in comment.attachments
        ],
        "earlier": [_earlier(comment.author, version) for version in reversed(comment.versions[:-1])],
        "context": _context((comment.post, *comment.parents)),
    }
    return typesetter(font_paths).render("incoming_comment", content, comment.made_at)


def outgoing_reply_pdf(reply: OutgoingReply, *, font_paths: Sequence[Path]) -> Rendered:
    """The published reply as PDF/A-2u; `font_paths` as from `font_paths_in`."""
    latest = reply.versions[-1]
    approved = f"{reply.approved_by}, {clock_text(reply.approved_at)}" if reply.approved_at else reply.approved_by
    content = {
        **_frame(reply.municipality, reply.number),
        "facts": [
            _fact("Vårt nummer", reply.number),
            _fact("Mottaker", reply.recipient),
            _fact("Brukernavn", reply.handle),
            _fact("Plattform", _place(reply.platform, reply.account)),
            _fact("Skrevet av", reply.written_by),
            _fact("Godkjent av", approved),
            _fact("Publisert av", reply.published_by),
            _fact("Publisert", clock_text(reply.published_at)),
            _fact("Endret", _edits(reply.versions)),
            _link_fact("Lenke", reply.permalink),
        ],
        "reply": _passage(reply.municipality, _version_time(latest, len(reply.versions) > 1), latest.text),
        "notices": list(reply.notices),
        "earlier": [_earlier(reply.municipality, version) for version in reversed(reply.versions[:-1])],
        "context": _context(reply.context),
    }
    return typesetter(font_paths).render("outgoing_reply", content, reply.made_at)


def handling_log_pdf(log: HandlingLog, *, font_paths: Sequence[Path]) -> Rendered:
    """The handling log as PDF/A-2u; `font_paths` as from `font_paths_in`."""
    content = {
        **_frame(log.municipality, log.number),
        "facts": [_fact("Vårt nummer", log.number), *(_fact(label, value) for label, value in log.facts)],
        "rows": [
            {
                "when": clock_text(row.at),
                "who": Words(row.who, _COLUMN_WIDTH),
                "role": Words(row.role, _COLUMN_WIDTH),
                "what": Words(row.what, _FACT_WIDTH),
                "detail": Words(row.detail, _FACT_WIDTH) if row.detail else [],
            }
            for row in log.rows
        ],
    }
    return typesetter(font_paths).render("handling_log", content, log.made_at)


def _frame(municipality: str, number: str) -> dict[str, object]:
    return {"municipality": municipality, "number": number}


def _fact(label: str, value: str) -> dict[str, object]:
    return {"label": label, "value": Words(value, _FACT_WIDTH) if value.strip() else None}


def _link_fact(label: str, url: str) -> dict[str, object]:
    if not _is_link(url):
        return _fact(label, url)
    return {"label": label, "value": Words(url, _FACT_WIDTH), "url": url}


def _is_link(url: str) -> bool:
    return url.startswith(("https://", "http://")) and url.isascii() and url.isprintable() and len(url) <= _LONGEST_LINK


def _place(platform: str, account: str) -> str:
    return f"{platform} – {account}" if account else platform


def _passage(who: str, when: str, text: str, permalink: str = "") -> dict[str, object]:
    shown: dict[str, object] = {
        "who": Words(who),
        "when": when,
        "text": Words(text),
        "hidden": hidden_characters(text),
    }
    if _is_link(permalink):
        shown |= {"url": permalink, "url-text": Words(permalink)}
    return shown


def _context(passages: Sequence[Passage | None]) -> list[Mapping[str, object]]:
    return [
        _passage(f"{part.kind}: {part.author}", f"Publisert {clock_text(part.published_at)}", part.text, part.permalink)
        for part in passages
        if part is not None
    ]


def _earlier(who: str, version: Version) -> dict[str, object]:
    return _passage(who, _version_time(version, numbered=True), version.text)


def _version_time(version: Version, numbered: bool) -> str:
    written = f"Skrevet {clock_text(version.written_at)}"
    seen = f", hentet {clock_text(version.captured_at)}" if version.captured_at else ""
    return f"Versjon {version.number}. {written}{seen}" if numbered else f"{written}{seen}"


def _edits(versions: Sequence[Version]) -> str:
    if len(versions) == 1:
        return ""
    return f"{clock_text(versions[-1].written_at)}, {len(versions)} versjoner i alt"


def _deletion(deleted_at: datetime | None) -> str:
    if deleted_at is None:
        return ""
    return (
        f"Kommentaren ble funnet fjernet eller skjult ved kilden {clock_text(deleted_at)}. "
        "Teksten under er slik den ble hentet før det."
    )

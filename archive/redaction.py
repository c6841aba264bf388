"""The redacted variant of one record, for access and for the archive: words taken out, the original untouched.

What is taken out is marked by the archivist as text. It goes out wherever it stands: in every version, in the post, in
the comments above, in names. What stands there instead says nothing about how long it was.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from archive import documents
from archive.models import CaseRecord
from archive.papers import File, incoming_of, pdf_of

BLACK = "[sladdet]"
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: shown as it is, or hidden in the copy."""

    text: str
    is_hidden: bool


def pieces_of(text: str, passages: Iterable[str]) -> list[Piece]:
    """Cut the text where a passage stands, in any case and with any white space. Passages that overlap are one."""
    pieces, place = [], 0
    for start, end in _hidden_spans(text, passages):
        pieces += [Piece(text[place:start], is_hidden=False), Piece(text[start:end], is_hidden=True)]
        place = end
    pieces.append(Piece(text[place:], is_hidden=False))
    return [one for one in pieces if one.text]


def _hidden_spans(text: str, passages: Iterable[str]) -> list[tuple[int, int]]:
    """Return where passages stand, in order and apart: what two of them share is hidden with both."""
    found: list[tuple[int, int]] = []
    for passage in {one.strip() for one in passages if len(one.strip()) >= SHORTEST}:
        words = r"\s+".join(re.escape(word) for word in passage.split())
        found += [match.span() for match in re.finditer(words, text, flags=re.IGNORECASE)]
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def without(text: str, passages: Iterable[str]) -> str:
    """Return the text with every passage taken out."""
    return "".join(BLACK if one.is_hidden else one.text for one in pieces_of(text, passages))


def found_in(record: CaseRecord, passage: str) -> bool:
    """Tell whether a passage stands anywhere in what the redacted copy shows."""
    return any(without(text, [passage]) != text for text in _texts(record))


def _texts(record: CaseRecord) -> list[str]:
    names = [record.author, record.author_handle, record.permalink, record.post_text]
    above = [str(one[name]) for one in record.context for name in ("author", "text")]
    return [*names, *above, *record.versions.values_list("text", flat=True)]


def fingerprint(record: CaseRecord) -> str:
    """Return what tells one redaction from another, in eight digits; it says nothing of the passages."""
    return sha256(f"{record.key}\n{sorted(record.redactions)}".encode()).hexdigest()[:8]


def redacted_paper(record: CaseRecord, *, font_paths: Sequence[Path]) -> File:
    """Return the comment with its context as a PDF, with all that is marked or sealed taken out."""
    versions = list(record.versions.all())
    whole, passages = incoming_of(record, versions), record.redactions

    def clean(text: str) -> str:
        return without(text, passages)

    def own(text: str) -> str:
        return BLACK if record.sealed_at else clean(text)

    def passage(one: documents.Passage) -> documents.Passage:
        return replace(one, author=clean(one.author), text=clean(one.text), permalink="")

    names_go = own(whole.author) != whole.author or clean(whole.handle) != whole.handle
    redacted = replace(
        whole,
        author=own(whole.author),
        handle=BLACK if names_go and whole.handle else whole.handle,
        permalink="" if names_go else whole.permalink,
        versions=tuple(replace(one, text=own(one.text)) for one in whole.versions),
        post=passage(whole.post) if whole.post else None,
        parents=tuple(passage(one) for one in whole.parents),
        attachments=tuple(replace(one, description=own(one.description)) for one in whole.attachments),
    )
    rendered = documents.incoming_comment_pdf(redacted, font_paths=font_paths)
    file = pdf_of("kommentar-sladdet.pdf", "Kommentar sladdet.pdf", rendered, versions[-1].seen_at, versions[-1].number)
    return replace(file, variant="O")

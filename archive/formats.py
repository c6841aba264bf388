"""File formats a Norwegian archive takes, with their PRONOM ids.

Source: the accepted formats of riksarkivarens forskrift as of 2022-03-01, as listed in arkivverket/arkade5
(`ArchiveFileFormats.json`), and the PDF/A profiles its `PdfAValidator` approves. PDF/A-3 is taken only
"in special cases after application" and is therefore not here. The National Archives publish a newer list of
recommended formats: an installation may pass its own set of ids wherever `ACCEPTED` is the default.
"""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: PRONOM id, its name for people, media type, usual suffix, and kind of content."""

    puid: str
    name: str
    media_type: str
    suffix: str
    kind: str


PDF_A_2U = Format("fmt/478", "PDF/A-2u", "application/pdf", ".pdf", "document")
JSON = Format("fmt/817", "JSON", "application/json", ".json", "data")
XML = Format("fmt/101", "XML 1.0", "application/xml", ".xml", "data")
TEXT = Format("x-fmt/16", "Unicode-tekst (UTF-8)", "text/plain", ".txt", "text")
HTML = Format("fmt/471", "HTML 5", "text/html", ".html", "text")
ZIP = Format("x-fmt/263", "ZIP", "application/zip", ".zip", "package")
PNG = Format("fmt/13", "PNG 1.2", "image/png", ".png", "image")
JPEG = Format("fmt/43", "JPEG (JFIF 1.01)", "image/jpeg", ".jpg", "image")

ACCEPTED_FORMATS: tuple[Format, ...] = (
    Format("fmt/95", "PDF/A-1a", "application/pdf", ".pdf", "document"),
    Format("fmt/354", "PDF/A-1b", "application/pdf", ".pdf", "document"),
    Format("fmt/476", "PDF/A-2a", "application/pdf", ".pdf", "document"),
    Format("fmt/477", "PDF/A-2b", "application/pdf", ".pdf", "document"),
    PDF_A_2U,
    Format("fmt/41", "JPEG (rå)", "image/jpeg", ".jpg", "image"),
    Format("fmt/42", "JPEG (JFIF 1.00)", "image/jpeg", ".jpg", "image"),
    JPEG,
    Format("fmt/44", "JPEG (JFIF 1.02)", "image/jpeg", ".jpg", "image"),
    Format("fmt/11", "PNG 1.0", "image/png", ".png", "image"),
    Format("fmt/12", "PNG 1.1", "image/png", ".png", "image"),
    PNG,
    Format("fmt/353", "TIFF 6.0", "image/tiff", ".tif", "image"),
    Format("x-fmt/392", "JPEG 2000", "image/jp2", ".jp2", "image"),
    Format("fmt/640", "MPEG-2", "video/mpeg", ".mpg", "video"),
    Format("fmt/199", "MPEG-4 (H.264)", "video/mp4", ".mp4", "video"),
    Format("fmt/569", "Matroska (FFV1)", "video/x-matroska", ".mkv", "video"),
    Format("fmt/134", "MP3", "audio/mpeg", ".mp3", "sound"),
    Format("fmt/141", "WAV (PCM)", "audio/x-wav", ".wav", "sound"),
    Format("fmt/2", "Broadcast WAV", "audio/x-wav", ".wav", "sound"),
    Format("fmt/279", "FLAC", "audio/flac", ".flac", "sound"),
    Format("fmt/203", "Ogg Vorbis", "audio/ogg", ".ogg", "sound"),
    JSON,
    XML,
    HTML,
    Format("x-fmt/111", "Tekst", "text/plain", ".txt", "text"),
    TEXT,
    ZIP,
)

# What platforms serve and people attach, but no archive lists: convert for the A variant, keep the original as P.
UNLISTED_FORMATS: tuple[Format, ...] = (
    Format("fmt/4", "GIF 1989a", "image/gif", ".gif", "image"),
    Format("fmt/566", "WebP (lossy)", "image/webp", ".webp", "image"),
    Format("fmt/567", "WebP (lossless)", "image/webp", ".webp", "image"),
    Format("fmt/568", "WebP (extended)", "image/webp", ".webp", "image"),
    Format("fmt/92", "SVG 1.1", "image/svg+xml", ".svg", "image"),
    Format("fmt/1101", "HEIC", "image/heic", ".heic", "image"),
    Format("fmt/573", "WebM", "video/webm", ".webm", "video"),
)

ACCEPTED: frozenset[str] = frozenset(known.puid for known in ACCEPTED_FORMATS)
_BY_PUID = {known.puid: known for known in (*ACCEPTED_FORMATS, *UNLISTED_FORMATS)}


class UnknownFormatError(LookupError):
    """A PRONOM id that is not in the table."""


def format_of(puid: str) -> Format:
    """The row of a PRONOM id. Raises UnknownFormatError."""
    try:
        return _BY_PUID[puid]
    except KeyError:
        raise UnknownFormatError(f"PRONOM-id {puid!r} står ikke i formattabellen (archive/formats.py).") from None


def is_accepted(puid: str, accepted: Collection[str] = ACCEPTED) -> bool:
    """Whether an archive takes a file of this format as its archive (A) variant."""
    return puid in accepted


def image_format(data: bytes) -> Format | None:
    """The format of a picture by its first bytes; None when it is none we know.

    PNG is reported as 1.2, the version every writer of today conforms to; JPEG by its JFIF version.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg_format(data)
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return format_of("fmt/4")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_format(data)
    return None


def _jpeg_format(data: bytes) -> Format:
    if data[6:11] != b"JFIF\x00":
        return format_of("fmt/41")
    return {b"\x01\x00": format_of("fmt/42"), b"\x01\x02": format_of("fmt/44")}.get(data[11:13], JPEG)


def _webp_format(data: bytes) -> Format:
    return format_of({b"VP8 ": "fmt/566", b"VP8L": "fmt/567"}.get(data[12:16], "fmt/568"))

"""Which files an archive takes, and which must be converted first."""

import struct

import pytest

from archive import formats


def test_every_row_has_its_own_pronom_id() -> None:
    rows = (*formats.ACCEPTED_FORMATS, *formats.UNLISTED_FORMATS)
    assert len({row.puid for row in rows}) == len(rows)
    assert all(row.media_type.count("/") == 1 and row.suffix.startswith(".") for row in rows)


@pytest.mark.parametrize("puid", ["fmt/478", "fmt/13", "fmt/43", "fmt/817", "fmt/101", "fmt/199", "x-fmt/263"])
def test_what_archives_list_is_accepted(puid: str) -> None:
    assert formats.is_accepted(puid)


@pytest.mark.parametrize("puid", ["fmt/479", "fmt/480", "fmt/481", "fmt/4", "fmt/567", "fmt/92", "fmt/1101"])
def test_pdf_a_3_and_what_platforms_serve_is_not(puid: str) -> None:
    assert not formats.is_accepted(puid)


def test_a_municipality_may_accept_more() -> None:
    assert formats.is_accepted("fmt/567", accepted={"fmt/567"})


def test_an_unknown_id_says_where_to_look() -> None:
    with pytest.raises(formats.UnknownFormatError, match=r"formats\.py"):
        formats.format_of("fmt/0")


@pytest.mark.parametrize(
    ("data", "puid"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(8), "fmt/13"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01" + bytes(8), "fmt/43"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x02" + bytes(8), "fmt/44"),
        (b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00" + bytes(8), "fmt/41"),
        (b"GIF89a" + bytes(8), "fmt/4"),
        (b"RIFF" + struct.pack("<I", 20) + b"WEBPVP8L" + bytes(8), "fmt/567"),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(data: bytes, puid: str) -> None:
    found = formats.image_format(data)
    assert found is not None
    assert found.puid == puid


def test_what_is_no_picture_is_none() -> None:
    assert formats.image_format(b"<svg/>") is None

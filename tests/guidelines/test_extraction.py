"""Files that a lead uploads are read to the letter, or refused with a reason."""

import io
import zipfile

import pytest
from docx import Document
from pypdf import PdfWriter

from guidelines.extraction import MAX_BYTES, UnreadableFileError, read_text

DRAWING = b"BT /F1 12 Tf 72 700 Td (1. Svar alltid) Tj ET"


def read(data, name):
    return read_text(io.BytesIO(data), name=name, size=len(data))


def word_file(*lines):
    document, out = Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


def pdf_file(stream=DRAWING, **options):
    """A one-page PDF written by hand, so that the reader is not tried on its own writing."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def encrypted_pdf():
    writer, out = PdfWriter(clone_from=io.BytesIO(pdf_file())), io.BytesIO()
    writer.encrypt("hemmelig", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * (101 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "text", "kind"),
    [
        ("1. Så fint\r\n2. Ærlig\n".encode(), "a.txt", "1. Så fint\n2. Ærlig\n", "plain"),
        ("\ufeff# Øl\n".encode(), "a.MD", "# Øl\n", "markdown"),
        (word_file("Én", "2. Så"), "a.docx", "Én\n2. Så", "docx"),
        (pdf_file(), "a.pdf", "1. Svar alltid", "pdf"),
    ],
)
def test_a_file_is_read_to_the_letter(data, name, text, kind):
    assert read(data, name) == (text, kind)


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"x", "a.exe", "Filtypen"),
        (b"MZ\x00\x01", "a.txt", "ikke en tekstfil"),
        ("så".encode("cp1252"), "a.txt", "UTF-8"),
        (b"  \n", "a.txt", "ingen tekst"),
        (pdf_file(b""), "a.pdf", "skannet bilde"),
        (encrypted_pdf(), "a.pdf", "kryptert"),
        (b"hei", "a.pdf", "ikke en PDF"),
        (b"%PDF-1.4 rubbish", "a.pdf", "skadet"),
        (pdf_file()[:250], "a.pdf", "."),
        (b"hei", "a.docx", "Word"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x", "a.docx", "passord"),
        (bomb(), "a.docx", "100 MB"),
    ],
    ids=["type", "binary", "latin", "empty", "scan", "encrypted", "no-pdf", "broken", "cut", "no-zip", "ole", "bomb"],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(data, name, reason):
    with pytest.raises(UnreadableFileError, match=reason):
        read(data, name)


def test_a_file_over_20_mb_is_refused_unread():
    with pytest.raises(UnreadableFileError, match="20 MB"):
        read_text(io.BytesIO(b""), name="a.txt", size=MAX_BYTES + 1)

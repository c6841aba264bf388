"""Files that a lead uploads are read to the letter, or refused with a reason."""

import io
import zipfile

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pypdf import PdfWriter

from guidelines.extraction import MAX_BYTES, UnreadableFileError, read_text
from guidelines.splitting import split

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
        (word_file("Én", "2. Så"), "a.docx", "Én\n\n2. Så", "docx"),
        (word_file("Én", "", "2. Så", "tre"), "a.docx", "Én\n\n2. Så\ntre", "docx"),
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


def test_a_damaged_file_is_refused_with_what_to_do():
    whole = word_file("Én")
    for data, name in [(whole[: len(whole) // 3], "a.docx"), (b"hei", "a.docx"), (b"hei", "a.pdf")]:
        with pytest.raises(UnreadableFileError, match="lim inn teksten"):
            read(data, name)


def styled_word_file(*lines):
    """Lines as (style, text), the way people write in Word."""
    document, out = Document(), io.BytesIO()
    for style, text in lines:
        document.add_paragraph(text, style=style)
    document.save(out)
    return out.getvalue()


def test_numbers_and_dashes_that_word_writes_by_itself_are_read_too():
    data = styled_word_file(
        ("Title", "Retningslinjer for nettbruk"),
        ("Heading 1", "Kommunens offisielle kontoer"),
        ("List Number", "Delta"),
        ("List Number", "Svar på spørsmål"),
        ("List Bullet", "Si takk"),
        ("List Number", "Hold formen"),
        ("Normal", "Vedtatt av kommunestyret"),
    )
    text = (
        "Retningslinjer for nettbruk\n\nKommunens offisielle kontoer\n\n1. Delta\n2. Svar på spørsmål\n- Si takk\n"
        "3. Hold formen\n\nVedtatt av kommunestyret"
    )
    assert read(data, "a.docx") == (text, "docx")
    assert [one.code for one in split(text)] == ["", "C", "C1", "C2", "C2a", "C3", "E1"]


def numbered_word_file(numbers):
    """List items as (list, level, text) in lists that are written in XML as Word writes them."""
    document, out = Document(), io.BytesIO()
    root = document.part.numbering_part.element
    formats = [("decimal", "%1."), ("lowerLetter", "%2)"), ("lowerRoman", "%3.")]
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(formats)
    )
    over = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    kind = '<w:abstractNumId w:val="77"/>'
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="71">{kind}</w:num>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="72">{kind}{over}</w:num>'))
    for number, level, text in numbers:
        properties = document.add_paragraph(text)._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val, properties.get_or_add_ilvl().val = number, level
    document.save(out)
    return out.getvalue()


def test_lists_in_lists_and_lists_that_begin_anew_are_counted_as_word_does():
    data = numbered_word_file(
        [
            (71, 0, "En"),
            (71, 1, "a"),
            (71, 1, "b"),
            (71, 2, "i"),
            (71, 0, "To"),
            (71, 1, "a"),
            (72, 0, "Ny"),
            (0, 0, "ut"),
        ]
    )
    lines = ["1. En", "a) a", "b) b", "i. i", "2. To", "a) a", "1. Ny"]
    assert read(data, "a.docx")[0] == "\n".join(lines) + "\n\nut"

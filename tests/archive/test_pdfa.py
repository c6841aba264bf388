"""Every document conforms to the PDF/A it claims, says somebody else: veraPDF's engine (pdfa_validator.py)."""

import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from archive import exporting
from archive.access import settings_for
from archive.documents import outgoing_reply_pdf
from archive.models import CaseRecord
from inbox.actions import comments
from tests import cast
from tests.archive import pdfa_validator
from tests.archive.desk import confirm, follow
from tests.archive.papers import FONTS, outgoing_reply
from tests.archive.pdfa_cases import cases
from tests.factories import make_comment
from tests.pictures import attached, picture

pytestmark = [
    pytest.mark.pdfa,
    pytest.mark.skipif(
        not pdfa_validator.is_installed(),
        reason="NO DOCUMENT WAS JUDGED: the independent PDF/A validator is not here. Run: make setup-pdfa",
    ),
]
PICTURES = {
    "PNG": picture("PNG"),
    "JPEG": picture("JPEG"),
    "WebP": picture("WEBP"),
    "GIF": picture("GIF"),
    "stort bilde": picture("JPEG", size=(3000, 2000)),
}


@pytest.mark.django_db
def test_an_independent_validator_finds_no_fault_in_sixty_cases(tmp_path: Path) -> None:
    place = cast.meraker()
    documents = {name: [make().data] for name, make in cases()}
    documents |= {f"eksport med {name}": exported_with(place, data) for name, data in PICTURES.items()}
    assert len(documents) == 60
    names: dict[str, str] = {}
    for number, (name, files) in enumerate(documents.items()):
        for place, data in enumerate(files):
            path = tmp_path / f"{number}-{place}.pdf"
            path.write_bytes(data)
            names[str(path)] = name
    judged = validated("2U", *map(Path, names))
    assert judged.keys() == names.keys()
    assert {names[path]: faults for path, faults in judged.items() if faults} == {}


def exported_with(place: cast.Cast, data: bytes) -> list[bytes]:
    """All PDFs of the export of a comment with this picture: comment and handling log."""
    comment = make_comment(place.post, text="Se på hullet 😡 čš")
    attached(comment, data, alt="Hull i vegen")
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    follow(place)
    record = confirm(CaseRecord.objects.get(comment_id=comment.pk), place)
    made = exporting.packaged(record, settings_for(place.municipality.pk), first=1)
    return [file.open().read() for message in made for file in message.files if file.name.endswith(".pdf")]


def test_the_independent_validator_can_say_no(tmp_path: Path) -> None:
    good, stripped = tmp_path / "good.pdf", tmp_path / "stripped.pdf"
    good.write_bytes(outgoing_reply_pdf(outgoing_reply(), font_paths=FONTS).data)
    with pikepdf.open(good) as pdf:
        del pdf.Root.Metadata
        pdf.save(stripped)
    assert validated("1B", good)[str(good)]
    assert validated("2U", stripped)[str(stripped)]


def validated(flavour: str, *paths: Path) -> dict[str, list[str]]:
    """File name -> broken rules, from the validator in a process of its own."""
    command = [sys.executable, pdfa_validator.__file__, flavour, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found

"""Why something was not packed is kept once and said in the reader's language."""

import ast
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from archive.models import BatchRecord, ExportBatch
from archive.problems import Problem
from archive.said import PATTERNS, PLAIN, kept, said
from tests import cast
from tests.archive.desk import confirmed
from tests.archive.fjellvik import ROOT

CHECKS = [ROOT / "archive" / name for name in ("exporting.py", "typesetting.py", "delivery.py")]
CHECKS += sorted((ROOT / "archive" / "arkivmelding").glob("*.py"))
RAISED = {"Problem", "NotPackableError", "FontsMissingError", "TypesettingError", "SchemaMissingError"}
RAISED |= {"LaterUnsupportedError"}


def written_in(path: Path) -> list[str]:
    """Every sentence that the checks write down, with «X» for what is filled in; not the first word: where."""
    calls = [one for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(one, ast.Call)]
    found = [one for one in calls if isinstance(one.func, ast.Name) and one.func.id in RAISED]
    words = [
        argument
        for call in found
        for argument in [*call.args[1 if call.func.id == "Problem" else 0 :], *(one.value for one in call.keywords)]  # type: ignore[attr-defined]
    ]
    return [filled for one in words if (filled := _filled(one))]


def _filled(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "X" for one in node.values)
    return ""


def test_every_sentence_of_the_checks_can_be_said_in_another_language() -> None:
    sentences = [one for path in CHECKS for one in written_in(path)]
    assert len(sentences) > 50
    unknown = [one for one in sentences if one not in PLAIN and not any(p.fullmatch(one) for p in PATTERNS.values())]
    assert unknown == []


def test_what_was_kept_is_said_in_the_readers_language_with_what_was_filled_in() -> None:
    text = kept(
        [
            Problem(
                "registrering", "Den offentlige tittelen røper Randi Moen.", "Skriv ***** i stedet for navnet.", line=7
            )
        ]
    )
    assert said(text) == (
        "registrering (linje 7): Den offentlige tittelen røper Randi Moen. Skriv ***** i stedet for navnet."
    )
    with translation.override("en"):
        assert said(text).endswith("The public title reveals Randi Moen. Write ***** instead of the name.")
        assert said("Noe ukjent") == "Noe ukjent"
    assert said("") == ""


@pytest.mark.django_db
def test_the_page_of_an_export_says_it_in_english_to_who_reads_english() -> None:
    place = cast.meraker()
    batch = ExportBatch.objects.create(municipality=place.municipality, created_by=place.arne, status="FAILED")
    record = confirmed(place)
    BatchRecord.objects.create(batch=batch, record=record, problem=f"{record} er ikke bekreftet.")
    place.arne.user.language = "en"
    place.arne.user.save()
    client = Client()
    client.force_login(place.arne.user)
    with translation.override("nb"):  # the page speaks the reader's language, and no other test shall
        page = client.get(reverse("archive:batch", args=[batch.pk])).content.decode()
    assert f"{record} is not confirmed." in page
    assert "er ikke bekreftet" not in page

"""The evidence a lead downloads: a page a person can read, the pictures, the stored JSON, and hashes that hold."""

import hashlib
import json
import zipfile
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from files.models import StoredFile
from inbox.actions import interventions
from inbox.models import Attachment, Comment, Intervention
from tests import cast
from tests.factories import make_comment
from tests.inbox.intervening import order, rule_of
from tests.pictures import attached, picture

pytestmark = pytest.mark.django_db
HOSTILE = 'Du er en <script>alert("idiot")</script> ../../etc/passwd'


@pytest.fixture
def place() -> cast.Cast:
    found = cast.meraker()
    type(found.channel).objects.update(platform="facebook")
    return found


@pytest.fixture
def kari(place: cast.Cast) -> Client:
    client = Client()
    client.force_login(place.kari.user)
    return client


def hidden(place: cast.Cast, *, with_picture: bool = True, lacks_film: bool = False) -> Intervention:
    comment = make_comment(place.post, HOSTILE, author_name="../Per\r\n<b>Aas</b>")
    make_comment(place.post, "Enig med deg", parent_id=comment.external_id)
    if with_picture:
        attached(comment, picture("WEBP"), alt='Et hull" onerror="x')
    if lacks_film:
        of = {"municipality": place.municipality, "channel": place.channel, "comment": comment, "comment_version": 1}
        Attachment.objects.create(**of, position=1, kind="video", status="FAILED", reason="unreachable")
    return interventions.intervene(
        Comment.objects.get(pk=comment.pk), kind="hide", order=order(rule_of(place)), by=place.ola
    )


def downloaded(kari: Client, act: Intervention) -> dict[str, bytes]:
    """The files inside, by their names under the package's own folder."""
    answer = kari.get(reverse("inbox:intervention_evidence", args=[act.pk]))
    assert answer["Content-Disposition"] == f'attachment; filename="bevis-{act.pk}.zip"'
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as package:
        assert package.testzip() is None
        folder = f"bevis-{act.pk}/"
        assert all(name.startswith(folder) for name in package.namelist())
        return {name.removeprefix(folder): package.read(name) for name in package.namelist()}


def test_it_can_be_read_and_every_hash_in_it_holds(place: cast.Cast, kari: Client) -> None:
    act = hidden(place)
    files = downloaded(kari, act)
    (image,) = [name for name in files if name.startswith("bilder/")]
    assert set(files) == {"bevis.html", "bevis.json", "SHA256SUMS", image}
    assert files[image] == picture("WEBP")
    assert image.endswith(".webp")
    sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "SHA256SUMS"}
    assert act.evidence is not None
    assert sums["bevis.json"] == act.evidence.sha256
    page = files["bevis.html"].decode()
    for words in ("Hets mot en navngitt", "Vi skjuler hets.", "Enig med deg", act.evidence.sha256, f'src="{image}"'):
        assert words in page
    assert json.loads(files["bevis.json"])["comment"]["text"] == HOSTILE


def test_what_a_citizen_wrote_neither_runs_nor_names_a_file(place: cast.Cast, kari: Client) -> None:
    files = downloaded(kari, hidden(place))
    page = files["bevis.html"].decode()
    assert "<script" not in page
    assert '" onerror="' not in page
    assert "&lt;script&gt;" in page
    assert not any(".." in name or "Per" in name for name in files)


def test_a_damaged_picture_is_told_and_the_rest_is_given(place: cast.Cast, kari: Client) -> None:
    act = hidden(place)
    damage(act.pictures.get().original)
    files = downloaded(kari, act)
    assert set(files) == {"bevis.html", "bevis.json", "SHA256SUMS"}
    assert "Bildet er skadet i lageret" in files["bevis.html"].decode()


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("nb", ["Kommentarens id", "Plattformen svarte ikke."]),
        ("nn", ["Id-en til kommentaren", "Plattforma svarte ikkje."]),
    ],
)
def test_it_is_in_the_municipalitys_language_whoever_fetches_it(
    place: cast.Cast, kari: Client, written: str, says: list[str]
) -> None:
    type(place.municipality).objects.filter(pk=place.municipality.pk).update(written_language=written)
    type(place.kari.user).objects.filter(pk=place.kari.user_id).update(language="en")
    page = downloaded(kari, hidden(place, with_picture=False, lacks_film=True))["bevis.html"].decode()
    for words in (f'<html lang="{written}">', " kl. ", *says):
        assert words in page


def test_a_damaged_evidence_is_told_to_the_lead(place: cast.Cast, kari: Client) -> None:
    act = hidden(place, with_picture=False)
    assert act.evidence is not None
    damage(act.evidence)
    page = kari.get(reverse("inbox:intervention_evidence", args=[act.pk]), follow=True).content.decode()
    assert "Beviset er skadet i lageret" in page


def damage(stored: StoredFile) -> None:
    default_storage.delete(stored.name)
    default_storage.save(stored.name, BytesIO(b"something else"))

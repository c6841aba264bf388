"""About a matter under treatment we refer to the recommendation, and to nothing else (point 7)."""

import pytest
from django.test import Client
from django.urls import reverse

from inbox import library
from inbox.actions import comments, inserting, matters, replies
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Comment, Matter
from inbox.workflow import MatterStatus
from tests import cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> cast.Cast:
    place = cast.meraker()
    place.municipality.executive_title = "rådmann"
    place.municipality.save()
    return place


def keep(place: cast.Cast, number: str = "26/118", **fields: object) -> Matter:
    wanted = {"title": "Skolestruktur i Meråker", "recommendation": "Skolen på Stordalen videreføres.", **fields}
    return matters.keep(number=number, by=place.kari, **wanted)  # type: ignore[arg-type]


def asked(place: cast.Cast, text: str, *flags: str) -> Comment:
    comment = make_comment(place.post, text)
    comments.sort(comment, sortings=["neutral"], addressed_to_us=True, by=place.ola)
    if flags:
        comments.flag(comment, flags=flags, by=place.ola)
    return comment


def test_only_a_lead_keeps_the_register(place: cast.Cast) -> None:
    with pytest.raises(NotAllowedError):
        matters.keep(number="1", title="x", recommendation="y", by=place.ola)
    keep(place)
    with pytest.raises(RefusedError, match="nummeret"):
        keep(place)


@pytest.mark.parametrize("text", ["Hva skjer med sak 26/118?", "Hva mener dere om skolestruktur i Meråker?"])
def test_a_comment_that_names_the_matter_gets_the_recommendation_offered(place: cast.Cast, text: str) -> None:
    matter = keep(place)
    keep(place, "26/1", title="Nytt renseanlegg")
    comment = asked(place, text)
    assert library.matters_for(comment, "") == [matter]
    client = Client()
    client.force_login(place.ola.user)
    assert "Sett inn innstillingen" in client.get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    data = {"text": "Hei.", "version": "0", "matter": matter.pk}
    client.post(reverse("inbox:insert_recommendation", args=[comment.pk]), data)
    assert comment.replies.get().text == (
        "Hei.\n\nRådmannens innstilling i sak 26/118: Skolen på Stordalen videreføres."
    )


def test_a_draft_that_names_the_matter_gets_it_offered_too(place: cast.Cast) -> None:
    matter = keep(place)
    comment = asked(place, "Når blir det avgjort?")
    assert library.matters_for(comment, "") == []
    assert library.matters_for(comment, "Det er sak 26/118.") == [matter]


def test_a_political_comment_is_offered_the_open_matters(place: cast.Cast) -> None:
    matter = keep(place)
    comment = asked(place, "Dere burde skamme dere", "political")
    assert library.matters_for(comment, "") == [matter]
    matters.close(matter, how="decide", by=place.kari)
    assert library.matters_for(comment, "") == []
    with pytest.raises(RefusedError):
        inserting.insert_recommendation(comment, matter, by=place.ola)
    matters.reopen(matter, by=place.kari)
    assert matter.status == MatterStatus.OPEN


def test_a_plain_question_about_a_date_is_not_blocked(place: cast.Cast) -> None:
    keep(place)
    comment = asked(place, "Når er møtet om skolestruktur i Meråker?")
    reply = replies.draft(comment, text="Møtet er 3. desember kl. 18.", by=place.ola)
    replies.submit(reply, by=place.ola)
    reply.refresh_from_db()
    assert reply.status == "IN_REVIEW"


def test_a_matter_is_entered_changed_and_closed_on_its_pages(place: cast.Cast) -> None:
    client = Client()
    client.force_login(place.kari.user)
    data = {"number": "26/7", "title": "Budsjett", "recommendation": "Vedtas.", "meeting_on": "2026-12-10"}
    assert client.post(reverse("inbox:matter_new"), data).status_code == 302
    matter = Matter.objects.get(number="26/7")
    client.post(reverse("inbox:matter", args=[matter.pk]), data | {"title": "Budsjett 2027"})
    client.post(reverse("inbox:matter_close", args=[matter.pk]), {"how": "withdraw"})
    matter.refresh_from_db()
    assert (matter.title, matter.status) == ("Budsjett 2027", MatterStatus.WITHDRAWN)
    page = client.get(reverse("inbox:matters")).content.decode()
    assert "Trukket" in page
    refused = client.post(reverse("inbox:matter_new"), data)
    assert refused.status_code == 422
    assert "Det finnes allerede" in refused.content.decode()

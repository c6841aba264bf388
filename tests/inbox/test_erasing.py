"""Erasing: words and names go, rows and the log stay; what must be kept is named with why, first and when done."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log
from audit.models import AuditEvent
from files import store
from files.models import StoredFile
from inbox import erasing, intake
from inbox.actions import comments, forwardings, notes
from inbox.actions import erasing as actions
from inbox.actions.errors import RefusedError
from inbox.models import Comment, CommentVersion, Erasure, Intervention, RawPage, Reply
from inbox.wiping import without
from team.actions import change_municipality
from team.models import Membership
from tests import cast
from tests.archive.desk import replied
from tests.cast import Cast
from tests.factories import make_comment, make_item, make_page
from tests.inbox.intervening import rule_of
from tests.pictures import attached, picture

pytestmark = pytest.mark.django_db
WORDS = "Kjelleren min i Blåbærvegen står under vann"


@pytest.fixture
def place() -> Cast:
    return cast.meraker()


def client_of(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def done(place: Cast, text: str = WORDS, **fields: Any) -> Comment:
    """A comment that was sorted and ended without an answer."""
    comment = make_comment(place.post, text, **fields)
    comments.sort(comment, sortings=["neutral"], addressed_to_us=False, by=place.ola)
    comments.end(comment, ending="not_to_us", by=place.ola)
    return comment


def ask(client: Client, *rows: Comment, ground: str = "request", **more: str) -> Any:
    data = {"valgte": [str(row.pk) for row in rows], "grunn": ground, **more}
    return client.post(reverse("inbox:erasing"), data)


def everything_kept() -> str:
    """All text and bytes of all tables, but for what the tests' own cast brought."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("inbox_", "archive_", "notices_", "audit_", "files_")):
                cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
                found += [bytes(one).decode("utf-8", "replace") if isinstance(one, memoryview) else str(one)
                          for row in cursor.fetchall() for one in row]  # fmt: skip
    return "\n".join(found)


def test_no_word_and_no_name_is_left_and_the_log_is_whole(place: Cast) -> None:
    other = {"id": "c-other", "content": "Noe helt annet"}
    mine = {
        "id": "c-mine",
        "content": f"<p>{WORDS}</p>",
        "account": {"acct": "gunnhild", "display_name": "Gunnhild Ås"},
    }
    page = intake.keep_raw(place.channel, json.dumps([other, mine]).encode())
    item = make_item(
        place.post, WORDS, external_id="c-mine", author_name="Gunnhild Ås", author_handle="gunnhild", raw=mine
    )
    intake.receive(place.channel, make_page(item), raw_page=page)
    comment = Comment.objects.get(external_id="c-mine")
    edited = make_item(place.post, f"{WORDS}!", external_id="c-mine", author_name="Gunnhild Ås", raw=mine)
    intake.receive(place.channel, make_page(edited), raw_page=page)
    notes.write(comment, text=f"Gunnhild Ås skriver: {WORDS}", by=place.ola)
    comments.sort(comment, sortings=["neutral"], addressed_to_us=False, by=place.ola)
    comments.end(comment, ending="not_to_us", by=place.ola)
    assert "Gunnhild" in everything_kept()
    ask(client_of(place.kari), comment, bekreft="ja")
    left = everything_kept()
    for word in ("Gunnhild", "gunnhild", "Kjelleren", "Blåbærvegen", "kjeller", "blåbærveg"):
        assert word not in left
    comment.refresh_from_db()
    assert comment.erased_at
    assert comment.external_id == "c-mine"
    assert [one["id"] for one in json.loads(bytes(RawPage.objects.get(pk=page.pk).body)) if "id" in one] == ["c-other"]
    log.link_now()
    assert log.verify(place.municipality.pk).ok
    assert log.history(comment).filter(action="comment.erase", data__ground="request").exists()


def test_what_the_platform_still_shows_does_not_bring_the_words_back(place: Cast) -> None:
    comment = done(place)
    actions.erase(comment, ground="request", by=place.kari)
    again = make_item(place.post, f"{WORDS} igjen", external_id=comment.external_id)
    told = [{"id": comment.external_id, "content": f"<p>{WORDS} igjen</p>"}, {"id": "annen", "content": "Hei"}]
    page = intake.keep_raw(place.channel, json.dumps(told).encode())
    received = intake.receive(place.channel, make_page(again), raw_page=page)
    assert json.loads(bytes(RawPage.objects.get(pk=page.pk).body)) == [{"erased": comment.external_id}, told[1]]
    assert (received.new, received.edited) == ([], [])
    assert Comment.objects.get().text == ""
    assert CommentVersion.objects.get().text == ""


def test_the_picture_goes_from_the_store_unless_another_comment_has_it(
    place: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    alone, shared, other = done(place), done(place, "To"), done(place, "Tre")
    only = attached(alone, picture(size=(10, 10)))
    both = attached(shared, picture(size=(20, 20)))
    attached(other, picture(size=(20, 20)))
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase(alone, ground="request", by=place.kari)
        actions.erase(shared, ground="request", by=place.kari)
    assert only.original
    assert both.original
    assert not default_storage.exists(only.original.name)
    assert not StoredFile.objects.filter(pk=only.original.pk).exists()
    assert default_storage.exists(both.original.name)


def test_the_preview_changes_nothing_and_says_just_what_the_act_then_does(place: Cast) -> None:
    free, new = done(place), make_comment(place.post, "Ikke ferdig")
    forwarded = done(place, "Videresendt")
    forwardings.plan(forwarded, to=place.unit, by=place.ola)
    kari = client_of(place.kari)
    before = everything_kept()
    page = ask(kari, free, new, forwarded)
    assert everything_kept() == before
    assert [one.pk for one in page.context["outcome"].done] == [free.pk]
    reasons = {one.pk: why for one, why in page.context["outcome"].refused}
    assert "ikke ferdig behandlet" in reasons[new.pk]
    assert "kvittering" in reasons[forwarded.pk]
    assert WORDS in page.content.decode()
    said = ask(kari, free, new, forwarded, bekreft="ja")
    assert said.status_code == 302
    assert set(Comment.objects.exclude(erased_at=None).values_list("pk", flat=True)) == {free.pk}
    shown = kari.get(reverse("inbox:comment", args=[free.pk])).content.decode()
    assert "Innholdet er slettet her" in shown
    assert "Åpne igjen" not in shown
    assert "Skriv internt notat" not in shown


def test_evidence_of_something_hidden_holds_the_comment_back(place: Cast) -> None:
    comment = done(place, "Du er en idiot")
    evidence = store.put(BytesIO(b"{}"), municipality_id=place.municipality.pk, media_type="application/json")
    Intervention.objects.create(
        municipality=place.municipality, channel=place.channel, comment=comment, kind="hide", status="UNDONE",
        rule=rule_of(place), evidence=evidence,
    )  # fmt: skip
    page = ask(client_of(place.kari), comment, bekreft="ja")
    assert page.status_code == 302
    assert Comment.objects.get().erased_at is None
    assert "Beviset" in erasing.why_not([comment])[comment.pk]


def test_only_a_lead_of_the_municipality_erases(place: Cast) -> None:
    comment, neighbour = done(place), cast.tydal()
    assert ask(client_of(place.ola), comment, bekreft="ja").status_code == 403
    ask(client_of(neighbour.kari), comment, bekreft="ja")
    assert Comment.objects.get().erased_at is None
    with pytest.raises(RefusedError):
        actions.erase(comment, ground="request", by=place.mari)


def test_a_neighbour_finds_nothing_of_ours_to_erase(place: Cast) -> None:
    done(place)
    tone = client_of(cast.tydal().kari)
    page = tone.get(reverse("inbox:erasing"), {"q": "Randi Moen"})
    assert page.context["found"] == []
    assert client_of(place.kari).get(reverse("inbox:erasing"), {"q": "Randi Moen"}).context["found"]


def test_nothing_is_too_old_until_the_municipality_has_set_a_time(place: Cast) -> None:
    comment = done(place)
    Comment.objects.filter(pk=comment.pk).update(ended_at=timezone.now() - timedelta(days=4000))
    page = client_of(place.kari).get(reverse("inbox:erasing"))
    assert "ikke satt noen oppbevaringstid" in page.content.decode()
    with pytest.raises(RefusedError, match="oppbevaringstid"):
        actions.order(by=place.kari)
    with pytest.raises(RefusedError, match="ikke over"):
        actions.erase(comment, ground="period", by=place.kari)


def old(place: Cast, text: str, *, days: int = 100) -> Comment:
    comment = done(place, text)
    Comment.objects.filter(pk=comment.pk).update(ended_at=timezone.now() - timedelta(days=days))
    return comment


def test_the_keeping_time_is_for_what_is_done_and_became_no_case(place: Cast) -> None:
    change_municipality(place.municipality, {"keep_days": 90}, by=place.kari)
    gone, young = old(place, "Gammel"), old(place, "Ung", days=80)
    case = make_comment(place.post, "Jeg klager")
    comments.sort(case, sortings=["case_handling"], by=place.ola)
    Comment.objects.filter(pk=case.pk).update(status="DONE", ended_at=timezone.now() - timedelta(days=100))
    page = client_of(place.kari).get(reverse("inbox:erasing"))
    assert [one.pk for one in page.context["old"]] == [gone.pk]
    ask(client_of(place.kari), gone, young, case, ground="period", bekreft="ja")
    assert set(Comment.objects.exclude(erased_at=None).values_list("pk", flat=True)) == {gone.pk}


def test_an_order_is_carried_out_some_at_a_time_and_says_what_it_held_back(place: Cast) -> None:
    change_municipality(place.municipality, {"keep_days": 90}, by=place.kari)
    rows = [old(place, f"Gammel {number}") for number in range(erasing.AT_ONCE + 3)]
    forwardings.plan(rows[1], to=place.unit, by=place.ola)
    client_of(place.kari).post(reverse("inbox:erase_all"))
    ordered = Erasure.objects.get()
    with pytest.raises(RefusedError, match="alt i gang"):
        actions.order(by=place.kari)
    assert erasing.unfinished() == [ordered.pk]
    assert erasing.carry_on(ordered.pk)
    assert not erasing.carry_on(ordered.pk)
    assert not erasing.carry_on(ordered.pk)
    ordered.refresh_from_db()
    assert (ordered.erased, ordered.held_back) == (len(rows) - 1, 1)
    assert ordered.finished_at
    assert AuditEvent.objects.filter(action="comment.erase").count() == len(rows) - 1
    page = client_of(place.kari).get(reverse("inbox:erasing")).content.decode()
    assert f"{len(rows) - 1} slettet, 1 holdt igjen" in page


def test_nothing_more_is_done_to_what_was_erased(place: Cast) -> None:
    comment = done(place)
    actions.erase(comment, ground="request", by=place.kari)
    comment.refresh_from_db()
    for act in (
        lambda: comments.reopen(comment, by=place.ola),
        lambda: comments.sort(comment, sortings=["praise"], by=place.ola),
        lambda: notes.write(comment, text="Husk denne", by=place.ola),
        lambda: actions.erase(comment, ground="request", by=place.kari),
    ):
        with pytest.raises(RefusedError, match="slettet"):
            act()


def test_our_answer_to_it_alone_goes_too(place: Cast) -> None:
    comment = make_comment(place.post, WORDS)
    comments.sort(comment, sortings=["neutral"], addressed_to_us=True, by=place.ola)

    class Record:
        comment_id = comment.pk

        def refresh_from_db(self) -> None: ...

    reply = replied(Record(), place, f"Hei Randi Moen. {WORDS}?")  # type: ignore[arg-type]
    Comment.objects.filter(pk=comment.pk).update(status="DONE")
    actions.erase(comment, ground="request", by=place.kari)
    reply.refresh_from_db()
    assert reply.text == ""
    assert reply.external_id == "r1"
    assert Reply.objects.get().versions.exclude(text="").count() == 0
    assert "Randi" not in everything_kept()


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (
            b'[{"id": "1", "text": "Hei du"}, {"id": "2", "text": "Takk"}]',
            b'[{"erased": "1"}, {"id": "2", "text": "Takk"}]',
        ),
        (
            b'{"post": {"uri": "1", "record": {"text": "Hei du"}}, "replies": []}',
            b'{"post": {"erased": "1"}, "replies": []}',
        ),
        (
            b'[{"id": "9", "in_reply_to_id": "1", "text": "Svar"}]',
            b'[{"id": "9", "in_reply_to_id": "1", "text": "Svar"}]',
        ),
        (b'[{"id": "9", "quotes": "1", "text": "Hei du sa hun"}]', b""),
        (b"<rss><guid>1</guid>Hei du</rss>", b""),
    ],
)
def test_one_item_is_cut_out_of_an_answer_and_what_cannot_be_cut_is_emptied(body: bytes, left: bytes) -> None:
    assert without(body, "1", {"Hei du"}) == left

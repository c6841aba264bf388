"""A picture or a story in a reply: what the guideline's part B asks, refused by its words, out once with its text."""

from datetime import timedelta
from io import BytesIO

import pytest
import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from audit import log
from files.store import open_stored
from inbox import publishing, pulling
from inbox.actions import comments, enclosing, replies, templates, too_long
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Channel, Comment, Reply
from inbox.workflow import ReplyStatus
from team.models import Membership, Municipality, Role
from tests import cast
from tests.factories import make_comment
from tests.inbox.every_platform import open_channel
from tests.pictures import answered, picture, with_picture
from tests.simulator_server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)
PLACES = {"meraker": cast.meraker, "tydal": cast.tydal}
CLAUSE = {"meraker": "del B, punkt {}", "tydal": "lov"}
TITLES = ["Ingen gjenkjennelige på bilder", "Vær varsom med historier om folk", "Samtykke før opplysninger går videre"]


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


@pytest.fixture
def draft(place: cast.Cast) -> Reply:
    """A draft by Ola with a picture about which nothing is answered."""
    return with_picture(make_comment(place.post, "Takk for brøytinga!"), by=place.ola)


def refusal(reply: Reply, *, by: cast.Membership) -> str:
    with pytest.raises(RefusedError) as refused:
        replies.submit(reply, by=by)
    return str(refused.value)


# What is asked


@pytest.mark.parametrize("slug", PLACES)
def test_an_unanswered_list_is_refused_with_each_clauses_words(slug: str) -> None:
    place = PLACES[slug]()
    reply = with_picture(make_comment(place.post), by=place.ola)
    said = refusal(reply, by=place.ola)
    assert "Beskrivelse av bildet" in said
    for title, point in zip(TITLES, (2, 3, 4), strict=True):
        assert f"{title} ({CLAUSE[slug].format(point)})" in said
    assert ("del B" in said) == (slug == "meraker")


@pytest.mark.parametrize("slug", PLACES)
@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"alt": " "}, "Beskrivelse av bildet"),
        ({"ticks": ["careful"]}, TITLES[0]),
        ({"ticks": ["protected"]}, TITLES[1]),
        ({"recognisable": ""}, TITLES[2]),
        ({"recognisable": "yes"}, TITLES[2]),
        ({"tells_story": True}, TITLES[2]),
    ],
)
def test_each_single_answer_that_lacks_is_named_alone(slug: str, changed: dict[str, object], missing: str) -> None:
    place = PLACES[slug]()
    reply = answered(with_picture(make_comment(place.post), by=place.ola), by=place.ola, **changed)
    said = refusal(reply, by=place.ola)
    assert [title for title in [*TITLES, "Beskrivelse av bildet"] if title in said] == [missing]


def test_all_answered_goes_to_review_and_every_answer_is_kept_with_its_version(draft: Reply, place: cast.Cast) -> None:
    reply = answered(draft, by=place.ola, recognisable="yes", consent="26/118-4")
    replies.submit(reply, by=place.ola)
    assert {"reply.enclose", "reply.save"} <= {event.action for event in log.history(reply)}
    told = [version.enclosed for version in reply.versions.all()]
    assert told[0] == {}, "the text came first"
    assert (told[1]["ticks"], told[1]["consent"]) == ([], "")
    assert (told[2]["recognisable"], told[2]["ticks"], told[2]["consent"]) == (
        "yes",
        ["protected", "careful"],
        "26/118-4",
    )


def test_a_story_without_a_picture_asks_its_own_tick_and_a_consent(place: cast.Cast) -> None:
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["praise"], by=place.ola)
    reply = replies.draft(comment, text="Da Kari var ny her, hjalp vi henne med flyttingen.", by=place.ola)
    reply = answered(reply, by=place.ola, alt="", recognisable="", tells_story=True, ticks=[])
    said = refusal(reply, by=place.ola)
    assert "Historien i svaret" in said
    assert TITLES[0] not in said, "there is no picture"
    assert f"{TITLES[1]} (del B, punkt 3)" in said
    assert f"{TITLES[2]} (del B, punkt 4)" in said
    reply = answered(reply, by=place.ola, tells_story=True, ticks=["careful", "protected"], consent="26/118-4")
    assert reply.ticks == ["careful"]
    replies.submit(reply, by=place.ola)


def test_what_was_answered_in_review_decides_again_at_approval(draft: Reply, place: cast.Cast) -> None:
    replies.submit(answered(draft, by=place.ola), by=place.ola)
    draft.refresh_from_db()
    reply = answered(draft, by=place.kari, ticks=[])
    with pytest.raises(RefusedError, match="del B, punkt 2"):
        replies.approve(reply, by=place.kari)


def test_a_picture_without_words_is_not_a_reply(draft: Reply, place: cast.Cast) -> None:
    draft = replies.draft(draft.comment, text="", by=place.ola)
    assert "tomt" in refusal(draft, by=place.ola)


def test_another_picture_asks_everything_anew(draft: Reply, place: cast.Cast) -> None:
    reply = answered(draft, by=place.ola)
    data = picture(size=(30, 20))
    enclosing.attach(reply, BytesIO(data), size=len(data), by=place.ola)
    assert (reply.picture_alt, reply.ticks, reply.recognisable) == ("", [], "")


def test_a_private_reply_carries_none(draft: Reply, place: cast.Cast) -> None:
    reply = answered(draft, by=place.ola)
    Reply.objects.filter(pk=reply.pk).update(place="private")
    reply.refresh_from_db()
    assert "privat" in refusal(reply, by=place.ola)


def test_a_colleague_does_not_change_the_picture_in_review(draft: Reply, place: cast.Cast) -> None:
    replies.submit(answered(draft, by=place.ola), by=place.ola)
    draft.refresh_from_db()
    with pytest.raises(NotAllowedError):
        enclosing.take_out(draft, by=place.mari)
    enclosing.take_out(draft, by=place.kari)
    assert draft.picture is None


def test_an_approved_text_with_a_picture_is_read_by_a_second_person(draft: Reply, place: cast.Cast) -> None:
    draft.template_version = templates.create(
        name="Takk", texts={"nb": draft.text}, review_on=timezone.localdate() + timedelta(days=90), by=place.kari
    ).latest
    draft.template_text_hash = draft.text_hash
    assert templates.preapproved(draft) is None


# The file


def test_place_and_camera_stay_behind(place: cast.Cast) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Nikon på Kirkvollen"
    reply = with_picture(make_comment(place.post), by=place.ola, kind="JPEG", exif=exif.tobytes())
    assert reply.picture is not None
    with open_stored(reply.picture) as stored:
        assert b"Kirkvollen" not in stored.read()


def test_a_large_photo_becomes_small_enough_for_every_platform(place: cast.Cast) -> None:
    noise, original = Image.effect_noise((3000, 2400), 120).convert("RGB"), BytesIO()
    noise.save(original, "JPEG", quality=95)
    reply = with_picture(make_comment(place.post), by=place.ola)
    enclosing.attach(reply, original, size=len(original.getvalue()), by=place.ola)
    assert reply.picture is not None
    assert reply.picture.size <= 1_000_000
    assert reply.picture_width
    assert reply.picture_width > 500


@pytest.mark.parametrize(
    ("data", "size", "words"),
    [(b"", 0, "Velg et bilde"), (b"<svg/>", 6, "ikke et bilde"), (b"x", 16 * 1024 * 1024, "15 MB")],
)
def test_what_is_no_picture_is_refused_in_words(
    draft: Reply, place: cast.Cast, data: bytes, size: int, words: str
) -> None:
    with pytest.raises(RefusedError, match=words):
        enclosing.attach(draft, BytesIO(data), size=size, by=place.ola)


# The page, without a script


@pytest.fixture
def ola(place: cast.Cast, client: Client) -> Client:
    client.force_login(place.ola.user)
    return client


def test_a_picture_is_attached_described_shown_and_removed_on_the_page(ola: Client, place: cast.Cast) -> None:
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["praise"], by=place.ola)
    page = reverse("inbox:comment", args=[comment.pk])
    assert 'formenctype="multipart/form-data"' in ola.get(page).content.decode()
    file = SimpleUploadedFile("veg.png", picture(), content_type="image/png")
    form = {"text": "Slik ser det ut.", "enclosed": "1", "picture": file}
    answer = ola.post(reverse("inbox:enclose", args=[comment.pk]), form)
    assert answer.headers["Location"].endswith("#bilde")
    reply = Reply.objects.get()
    assert reply.text == "Slik ser det ut.", "the text is saved first"
    shown = ola.get(reverse("inbox:reply_picture", args=[reply.pk]))
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.getvalue().startswith(b"\xff\xd8")
    html = ola.get(page).content.decode()
    assert "B2" in html
    assert "Fra del B, punkt 2" in html
    form = {"text": reply.text, "enclosed": "1", "picture_alt": "En veg", "recognisable": "no", "ticks": ["protected"]}
    ola.post(reverse("inbox:submit", args=[comment.pk]), form)
    reply.refresh_from_db()
    assert (reply.status, reply.picture_alt) == (ReplyStatus.DRAFT, "En veg")
    ola.post(reverse("inbox:submit", args=[comment.pk]), {**form, "ticks": ["protected", "careful"]})
    reply.refresh_from_db()
    assert reply.status == ReplyStatus.IN_REVIEW
    review = ola.get(page).content.decode()
    assert 'alt="En veg"' in review
    assert reverse("inbox:reply_picture", args=[reply.pk]) in review
    ola.post(reverse("inbox:take_out", args=[comment.pk]), {"version": reply.version})
    reply.refresh_from_db()
    assert reply.picture is None
    assert ola.get(reverse("inbox:reply_picture", args=[reply.pk])).status_code == 404


def test_tydal_is_asked_without_a_clause(client: Client) -> None:
    place = cast.tydal()
    comment = make_comment(place.post)
    with_picture(comment, by=place.ola)
    client.force_login(place.ola.user)
    html = client.get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    assert "Ingen pasienter, pårørende, barn eller elever" in html
    assert ">B2<" not in html
    assert "Fra lov" in html


def test_a_form_that_does_not_ask_changes_no_answers(draft: Reply, place: cast.Cast, ola: Client) -> None:
    answered(draft, by=place.ola)
    ola.post(reverse("inbox:draft", args=[draft.comment_id]), {"text": "Ny tekst."})
    draft.refresh_from_db()
    assert (draft.text, draft.picture_alt) == ("Ny tekst.", "En brøytet veg")


@pytest.mark.parametrize("platform", ["instagram", "youtube"])
def test_platforms_without_pictures_say_so_and_offer_none(ola: Client, place: cast.Cast, platform: str) -> None:
    comment = make_comment(place.post)
    Channel.objects.filter(pk=comment.channel_id).update(platform=platform)
    comment = Comment.objects.get(pk=comment.pk)
    comments.sort(comment, sortings=["praise"], by=place.ola)
    html = ola.get(reverse("inbox:comment", args=[comment.pk])).content.decode()
    assert "tar ikke imot bilder i svar" in html
    assert 'type="file"' not in html
    with pytest.raises(RefusedError, match="tar ikke imot bilder"):
        with_picture(comment, by=place.ola)


# Out, once


WRITES = {
    "mastodon": "/api/v1/statuses",
    "facebook": "/comments$",
    "bluesky": "/xrpc/com.atproto.repo.putRecord",
}
UPLOADS = {"mastodon": "/api/v2/media", "facebook": "/photos$", "bluesky": "/xrpc/com.atproto.repo.uploadBlob"}


@pytest.fixture(params=WRITES)
def platform(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def approved(simulator: Simulator, place: cast.Cast, platform: str) -> Reply:
    """A reply with a picture, approved and its hold over."""
    channel = open_channel(simulator, platform)
    post = simulator.post(platform=platform)
    simulator.comment(post, "Takk for brøytinga!")
    pulling.pull(channel.pk)
    comment = Comment.objects.get(channel=channel)
    reply = answered(with_picture(comment, by=place.ola), by=place.ola)
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    Reply.objects.filter(pk=reply.pk).update(publish_after=timezone.now())
    return reply


def citizens_page(simulator: Simulator, reply: Reply) -> str:
    return requests.get(reply.permalink, timeout=10).text


def try_again(reply: Reply) -> None:
    past = timezone.now() - timedelta(hours=1)
    Reply.objects.filter(pk=reply.pk).update(lease_until=past, publish_after=past)
    publishing.publish(reply.pk)
    reply.refresh_from_db()


def test_the_picture_stands_with_the_reply_on_the_citizens_page(
    approved: Reply, simulator: Simulator, platform: str
) -> None:
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert approved.status == ReplyStatus.PUBLISHED
    assert len(simulator.book("meraker", platform)) == 1
    page = citizens_page(simulator, approved)
    assert page.count('alt="En brøytet veg"') == 1
    address = page.split('class="picture" src="')[1].split('"')[0]
    sent = requests.get(simulator.url + address, timeout=10)
    assert approved.picture is not None
    with open_stored(approved.picture) as stored:
        assert sent.content == stored.read(), "what the reviewer saw is what stands there"


def test_the_team_sees_the_picture_while_the_reply_waits_and_when_it_stands(draft: Reply, client: Client) -> None:
    reply = answered(draft, by=draft.author)
    Municipality.objects.update(hold_seconds=60)
    replies.submit(reply, by=reply.author)
    replies.approve(reply, by=Membership.objects.get(role=Role.LEAD))
    client.force_login(reply.author.user)
    page = reverse("inbox:comment", args=[reply.comment_id])
    for at in (None, timezone.now()):
        if at:
            Reply.objects.filter(pk=reply.pk).update(status=ReplyStatus.PUBLISHED, published_at=at, external_id="r1")
        html = client.get(page).content.decode()
        assert html.count(f'src="{reverse("inbox:reply_picture", args=[reply.pk])}"') == 1
        assert 'alt="En brøytet veg"' in html


@pytest.mark.parametrize("fault", ["error_after", "reset_after"])
def test_an_answer_lost_after_publishing_gives_one_reply_with_one_picture(
    approved: Reply, simulator: Simulator, platform: str, fault: str
) -> None:
    simulator.fault(fault, method="POST", match={"regex": WRITES[platform]}, times=1)
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert approved.status == ReplyStatus.PUBLISHING
    try_again(approved)
    assert approved.status == ReplyStatus.PUBLISHED
    assert len(simulator.book("meraker", platform)) == 1
    assert citizens_page(simulator, approved).count('class="picture"') == 1


def test_an_upload_whose_answer_was_lost_is_only_done_again(
    approved: Reply, simulator: Simulator, platform: str
) -> None:
    simulator.fault("error_after", method="POST", match={"regex": UPLOADS[platform]}, times=1)
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert (approved.status, approved.attempt) == (ReplyStatus.APPROVED, 0)
    assert simulator.book("meraker", platform) == []
    try_again(approved)
    assert approved.status == ReplyStatus.PUBLISHED
    assert len(simulator.book("meraker", platform)) == 1


def test_a_picture_the_platform_refuses_is_told_as_such(approved: Reply, simulator: Simulator, platform: str) -> None:
    simulator.fault("status", method="POST", match={"regex": UPLOADS[platform]}, code=403, times=1)
    publishing.publish(approved.pk)
    approved.refresh_from_db()
    assert (approved.status, approved.problem) == (ReplyStatus.REFUSED, Reply.Problem.PICTURE)
    assert simulator.book("meraker", platform) == []
    assert Channel.objects.get(pk=approved.channel_id).problem == "", "replies without pictures still get out"


def test_in_parts_the_picture_goes_with_the_first(simulator: Simulator, place: cast.Cast) -> None:
    channel = open_channel(simulator, "mastodon")
    simulator.comment(simulator.post(), "Hvordan gikk det?")
    pulling.pull(channel.pk)
    reply = with_picture(Comment.objects.get(channel=channel), by=place.ola, text="Vi brøyter i natt også. " * 30)
    reply = answered(reply, by=place.ola)
    too_long.choose(reply, choice="parts", by=place.ola)
    replies.submit(reply, by=place.ola)
    replies.approve(reply, by=place.kari)
    Reply.objects.filter(pk=reply.pk).update(publish_after=timezone.now())
    publishing.publish(reply.pk)
    reply.refresh_from_db()
    ours = simulator.book("meraker")
    assert (reply.status, len(ours)) == (ReplyStatus.PUBLISHED, 2)
    first = simulator.api("GET", f"/api/v1/statuses/{reply.standing_parts[0].external_id}").json()
    last = simulator.api("GET", f"/api/v1/statuses/{reply.standing_parts[1].external_id}").json()
    assert (len(first["media_attachments"]), last["media_attachments"]) == (1, [])

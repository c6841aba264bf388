"""A reply that is too long: counted without a token, two ways out, shown as it will be published."""

from dataclasses import replace

import pytest
from django.urls import reverse

from audit import log
from guidelines.duties import WordingError
from guidelines.queries import duties_in_force
from inbox import lengths
from inbox.actions import comments, forwardings, replies, too_long
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import Channel, Reply
from inbox.obligations import short_notice_for, unmet_obligations
from inbox.workflow import ReplyStatus
from tests import cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db
FILLER = "Vi brøyter hovedveiene først, og så boligfeltene. "
C5 = "Kommunen har dokumentasjonsplikt: https://www.meraker.kommune.example/sosiale-medier"


@pytest.fixture
def place():
    return cast.meraker()


@pytest.fixture
def comment(place):
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["neutral"], documentation_value=True, by=place.ola)
    forwardings.plan(comment, to=place.unit, by=place.ola)
    return comment


def with_notice(comment, place, *, letters):
    """A draft of so many letters of its own, and the whole notice of documentation after it."""
    text = (FILLER * 40)[:letters].strip()
    reply = replies.draft(comment, text=text, by=place.ola)
    return replies.insert_notice(reply, code="C5-notice", by=place.ola)


@pytest.fixture
def a_bit_too_long(comment, place):
    """Too long with the whole notice, not with the short one."""
    return with_notice(comment, place, letters=425)


def test_both_ways_are_offered_and_each_shows_what_would_be_published(a_bit_too_long):
    short, parts = sorted(lengths.ways_out(a_bit_too_long), key=lambda way: way.choice, reverse=True)
    assert [part.text[-5:] for part in parts.parts] == ["(1/2)", "(2/2)"]
    assert not any(part.count.too_long for part in (*parts.parts, *short.parts))
    assert short.parts[0].text.endswith(C5)
    name = f"@{a_bit_too_long.comment.author_handle.lstrip('@')} "
    assert [part.ahead for part in parts.parts] == [name, name], "the citizen is told of each part"


def test_what_fits_has_no_way_out_and_needs_none(comment, place):
    reply = replies.draft(comment, text="Takk for spørsmålet.", by=place.ola)
    assert lengths.ways_out(reply) == []
    with pytest.raises(RefusedError, match="finnes ikke"):
        too_long.choose(reply, choice="parts", by=place.ola)


def test_without_a_choice_it_is_refused_with_the_numbers_and_what_to_do(a_bit_too_long, place):
    with pytest.raises(RefusedError, match=r"for langt: \d+ av 500 tegn. Velg under svaret"):
        replies.submit(a_bit_too_long, by=place.ola)


def test_the_choice_is_stored_and_logged(a_bit_too_long, place):
    too_long.choose(a_bit_too_long, choice="parts", by=place.ola)
    a_bit_too_long.refresh_from_db()
    assert a_bit_too_long.too_long == Reply.TooLong.PARTS
    event = list(log.history(a_bit_too_long))[-1]
    assert (event.action, event.data["set"]["too_long"]) == ("reply.save", "parts")


def test_the_short_notice_meets_the_duty_and_is_what_goes_out(a_bit_too_long, place):
    too_long.choose(a_bit_too_long, choice="short", by=place.ola)
    (text,) = lengths.texts_of(a_bit_too_long)
    a_bit_too_long.text = text
    assert unmet_obligations(a_bit_too_long.comment, a_bit_too_long) == []
    a_bit_too_long.refresh_from_db()
    replies.submit(a_bit_too_long, by=place.ola)
    replies.approve(a_bit_too_long, by=place.kari)
    assert [part.text for part in a_bit_too_long.parts.all()] == [text]
    assert a_bit_too_long.sent_text == text


def test_the_choice_changes_back_when_the_text_fits_again(a_bit_too_long, place):
    too_long.choose(a_bit_too_long, choice="parts", by=place.ola)
    longer = replies.draft(a_bit_too_long.comment, text=a_bit_too_long.text + " Hilsen kommunen.", by=place.ola)
    assert longer.too_long == Reply.TooLong.PARTS
    shorter = replies.draft(a_bit_too_long.comment, text="Takk.", by=place.ola)
    assert shorter.too_long == ""
    longer = replies.draft(a_bit_too_long.comment, text=a_bit_too_long.text, by=place.ola)
    assert longer.too_long == "", "a choice that was given up does not come back by itself"


def test_a_council_without_a_short_wording_or_a_page_does_not_offer_it(a_bit_too_long, place):
    place.municipality.notice_url = ""
    place.municipality.save()
    reply = Reply.objects.get(pk=a_bit_too_long.pk)
    assert [way.choice for way in lengths.ways_out(reply)] == ["parts"]


def test_a_short_notice_is_never_in_another_language_than_the_whole_one(place):
    duty = next(one for one in duties_in_force(place.municipality) if one.code == "C5-notice")
    only_bokmal = replace(duty, short_wording={"nb": duty.short_wording["nb"]})
    with pytest.raises(WordingError):
        short_notice_for(only_bokmal, place.municipality, "nn")


@pytest.mark.parametrize("platform", ["bluesky", "mastodon", "facebook", "instagram", "youtube"])
def test_a_draft_is_counted_whatever_the_token_is(comment, place, platform):
    Channel.objects.filter(pk=place.channel.pk).update(platform=platform, token="no session\nat all", base_url="x")
    comment = type(comment).objects.get(pk=comment.pk)
    reply = replies.draft(comment, text=FILLER, by=place.ola)
    count = lengths.length_of(reply, FILLER)
    assert count.limit > 0
    assert count.used >= len(FILLER.strip())


@pytest.mark.parametrize("platform", ["manual", "rss"])
def test_what_no_platform_counts_has_no_limit(comment, place, platform):
    Channel.objects.filter(pk=place.channel.pk).update(platform=platform)
    reply = replies.draft(type(comment).objects.get(pk=comment.pk), text=FILLER * 300, by=place.ola)
    assert not lengths.is_too_long(reply, reply.text)
    assert lengths.ways_out(reply) == []


def test_who_may_not_answer_may_not_choose(a_bit_too_long, place):
    with pytest.raises(NotAllowedError):
        too_long.choose(a_bit_too_long, choice="parts", by=place.arne)


def page_of(client, comment):
    return client.get(reverse("inbox:comment", args=[comment.pk])).content.decode()


def test_the_page_offers_both_ways_without_javascript_and_keeps_what_is_written(comment, place, client):
    client.force_login(place.ola.user)
    reply = with_notice(comment, place, letters=425)
    page = page_of(client, comment)
    assert "Del i 2 nummererte deler" in page
    assert "Bruk kort merknad med lenke" in page
    answer = client.post(
        reverse("inbox:choose_length", args=[comment.pk]),
        {"text": f"Hei! {reply.text}", "version": reply.version, "too_long": "parts"},
        follow=True,
    )
    page = answer.content.decode()
    reply.refresh_from_db()
    assert reply.text.startswith("Hei!")
    assert reply.too_long == "parts"
    assert "Angre valget" in page
    assert "(1/2)" in page
    client.post(reverse("inbox:choose_length", args=[comment.pk]), {"version": reply.version + 0, "too_long": ""})
    reply.refresh_from_db()
    assert reply.too_long == ""


def test_the_part_of_the_page_that_follows_an_autosave_offers_them_too(a_bit_too_long, place, client):
    client.force_login(place.ola.user)
    part = client.get(reverse("inbox:checks", args=[a_bit_too_long.comment_id])).content.decode()
    assert "Del i 2 nummererte deler" in part


def test_the_lead_who_approves_sees_the_parts_exactly_as_they_go_out(a_bit_too_long, place, client):
    too_long.choose(a_bit_too_long, choice="parts", by=place.ola)
    replies.submit(a_bit_too_long, by=place.ola)
    client.force_login(place.kari.user)
    page = page_of(client, a_bit_too_long.comment)
    for part in lengths.parts_to_show(a_bit_too_long):
        assert part.text.split("\n\n")[-1] in page
    client.post(reverse("inbox:approve", args=[a_bit_too_long.comment_id]), {"version": a_bit_too_long.version})
    a_bit_too_long.refresh_from_db()
    assert a_bit_too_long.status == ReplyStatus.APPROVED
    page = page_of(client, a_bit_too_long.comment)
    assert "(2/2)" in page, "while it is held, too"


def test_a_text_that_nothing_helps_says_so(comment, place, client):
    client.force_login(place.ola.user)
    reply = replies.draft(comment, text="x/" * 900, by=place.ola)
    assert lengths.ways_out(reply) == []
    assert "lar seg ikke dele" in page_of(client, comment)


def test_another_municipalitys_reply_is_not_there(a_bit_too_long, client):
    client.force_login(cast.tydal().ola.user)
    for act in ("choose_length", "take_down"):
        assert client.post(reverse(f"inbox:{act}", args=[a_bit_too_long.comment_id])).status_code == 404

"""A status becomes an item; what cannot be read is told, and never a reason to drop it."""

from datetime import UTC, datetime

import pytest

from inbox.channels import UnknownPlatformError, connector_for
from inbox.channels.answers import NotAnItemError
from inbox.channels.base import Attachment, RejectedError
from inbox.channels.mastodon import MastodonConnector
from inbox.channels.mastodon_status import status_item
from tests.inbox.channels.statuses import OUR_MENTION, US, account, our_reply, status

TEN = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def test_everything_a_comment_has_is_read():
    media = {"type": "image", "url": "https://media.example/1.jpg", "description": "En veg uten snø"}
    item = status_item(
        status(media_attachments=[media], in_reply_to_id="900", edited_at="2026-11-21T12:00:00+02:00"), US
    )
    assert (item.platform, item.external_id, item.parent_id, item.root_id) == ("mastodon", "1000", "900", "")
    assert (item.author_id, item.author_name, item.author_handle) == ("202", "Kari", "kari")
    assert (item.text, item.language, item.visibility) == ("Når kommer brøytebilen?", "nb", "public")
    assert OUR_MENTION in item.text_raw
    assert item.is_html
    assert item.created_at == item.edited_at == TEN
    assert item.attachments == (Attachment("image", "https://media.example/1.jpg", "En veg uten snø", ""),)
    assert {item.own, item.is_post, item.deleted, item.hidden, item.cleaned} == {False}
    assert item.problems == ()
    assert item.raw["account"]["acct"] == "kari"


def test_our_root_posts_are_posts_and_our_answers_and_boosts_are_not():
    who = account(US, "kommune")
    post = status_item(status(account=who), US)
    assert (post.own, post.is_post, post.root_id) == (True, True, "1000")
    assert not status_item(our_reply("8", "7", "Hei"), US).is_post
    assert not status_item(status(account=who, reblog=status("5")), US).is_post
    assert not status_item(status(account=who), "").own


TIMES = {
    "with a zone": ("2026-11-21T11:00:00+01:00", TEN, False),
    "the Graph API's form": ("2026-11-21T10:00:00+0000", TEN, False),
    "without a zone": ("2026-11-21T10:00:00", TEN, True),
    "30 February": ("2026-02-30T10:00:00Z", None, True),
    "year 10000": ("10000-01-01T00:00:00Z", None, True),
    "before year 1": ("0001-01-01T00:00:00+14:00", None, True),
    "words": ("i går", None, True),
    "a number": (1795255200, datetime(2026, 11, 21, 10, tzinfo=UTC), False),
    "nothing": (None, None, True),
    "a list": ([], None, True),
}


@pytest.mark.parametrize(("written", "read", "is_problem"), TIMES.values(), ids=TIMES.keys())
def test_a_time_is_utc_or_none_with_a_problem(written: object, read: datetime | None, is_problem: bool):
    item = status_item(status(created_at=written), US)
    assert item.created_at == read
    assert any(problem.startswith("created_at") for problem in item.problems) is is_problem
    assert item.text == "Når kommer brøytebilen?"


def test_forbidden_characters_are_replaced_everywhere_and_told():
    item = status_item(status(content="<p>a\x00b</p>", account=account(display_name="Ka\ud83dri")), US)
    assert (item.text, item.author_name, item.cleaned) == ("a\ufffdb", "Ka\ufffdri", True)
    assert item.raw["content"] == "<p>a\ufffdb</p>"
    assert item.raw["account"]["display_name"] == "Ka\ufffdri"


def test_directions_and_invisible_characters_stay():
    text = "Faktura_\u202efdp.exe\u200b\ufeff"
    assert status_item(status(content=f"<p>{text}</p>"), US).text == text


def test_a_content_warning_and_a_poll_are_words_of_the_public_too():
    poll = {"options": [{"title": "Ja"}, {"title": "Nei"}]}
    item = status_item(status(spoiler_text="Om døden", poll=poll, content="<p>Enig?</p>"), US)
    assert item.text == "Om døden\n\nEnig?\n\n- Ja\n- Nei"


def test_an_address_that_is_none_never_becomes_a_link():
    media = [{"type": "image", "url": "javascript:alert(1)"}]
    item = status_item(status(url="data:text/html,x", account=account(url="javascript:x"), media_attachments=media), US)
    assert (item.permalink, item.author_url, item.attachments[0].url) == ("", "", "")
    assert len(item.problems) == 3


def test_a_comment_of_a_million_letters_is_kept_whole():
    assert len(status_item(status(content=f"<p>{'å' * 1_000_000}</p>"), US).text) == 1_000_000


@pytest.mark.parametrize(
    "raw", [None, [], "x", {}, {"id": ""}, {"id": True}, {"id": 1.5}, {"id": "a/b"}, {"id": "x" * 129}]
)
def test_what_has_no_usable_id_is_no_item(raw: object):
    with pytest.raises(NotAnItemError):
        status_item(raw, US)


def test_the_platform_says_which_connector():
    connector = connector_for("mastodon", base_url="https://sosial.example", token="t", account_id=None)
    assert isinstance(connector, MastodonConnector)
    assert connector.capabilities.idempotent_publish
    assert not connector.capabilities.hide
    with pytest.raises(UnknownPlatformError, match="there are"):
        connector_for("myspace", base_url="https://sosial.example", token="t")
    with pytest.raises(RejectedError):
        connector_for("mastodon", base_url="http://sosial.example", token="t")

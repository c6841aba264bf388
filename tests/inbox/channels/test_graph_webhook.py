"""Meta's webhooks: only what is signed is read, and anything signed is survived."""

import base64
import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.channels.base import ProtocolError
from inbox.channels.graph_webhook import Event, What, challenge_to_answer, parse_webhook, verify_webhook
from tests.inbox.channels.reference import lines_of, needs_reference

SECRET = "hostile-bench-app-secret"
CASES = lines_of("hostile/webhooks.open.jsonl")
DELIVERIES = [case for case in CASES if case.get("method") != "GET"]
QUESTIONS = [case for case in CASES if case.get("method") == "GET"]


def sign(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def delivery(*values: dict[str, Any], kind: str = "page", field: str = "feed") -> bytes:
    changes = [{"field": field, "value": value} for value in values]
    return json.dumps({"object": kind, "entry": [{"id": "500", "time": 1795255200, "changes": changes}]}).encode()


COMMENT = {"item": "comment", "verb": "add", "comment_id": "1_7", "post_id": "500_1", "created_time": 1795255100}


@needs_reference
@pytest.mark.parametrize("case", DELIVERIES, ids=[case["id"] for case in DELIVERIES])
def test_a_delivery_is_refused_or_survived(case: dict[str, Any]):
    body = base64.b64decode(case["body_b64"])
    good = verify_webhook(body, case["headers"], SECRET)
    assert good == (case["cls"] not in ("bad_signature", "fuzz_unsigned"))
    if not good:
        return
    events: set[Event] = set()
    for _ in range(case.get("repeat", 1)):
        with suppress(ProtocolError):
            events.update(parse_webhook(body))
    if case["cls"] in ("valid", "replay"):
        (event,) = events
        assert (event.what, event.external_id, event.root_id) == (What.ADDED, "900_w1", "500_1")
        assert (event.platform, event.account_id, event.parent_id) == ("facebook", "500", "500_1")


@needs_reference
@pytest.mark.parametrize("case", QUESTIONS, ids=[case["id"] for case in QUESTIONS])
def test_a_question_with_a_wrong_word_gets_no_answer(case: dict[str, Any]):
    query = dict(pair.split("=", 1) for pair in case["query"].split("&"))
    assert challenge_to_answer(query, "riktig") is None
    assert challenge_to_answer(query, "") is None


@needs_reference
def test_all_hostile_deliveries_are_there():
    assert len(CASES) == 222


ASKED = {"hub.mode": "subscribe", "hub.verify_token": "riktig", "hub.challenge": "1158201444"}


def test_the_right_question_gets_its_challenge_back():
    assert challenge_to_answer(ASKED, "riktig") == "1158201444"


@pytest.mark.parametrize(
    "wrong",
    [
        {"hub.mode": "unsubscribe"},
        {"hub.verify_token": "Riktig"},
        {"hub.verify_token": "\ud800"},
        {"hub.challenge": "<script>1</script>"},
        {"hub.challenge": ""},
        {"hub.challenge": "1\n"},
    ],
)
def test_anything_else_gets_none(wrong: dict[str, str]):
    assert challenge_to_answer(ASKED | wrong, "riktig") is None


def test_the_signature_is_of_the_very_bytes_and_the_very_secret():
    body = delivery(COMMENT)
    assert verify_webhook(body, sign(body), SECRET)
    assert verify_webhook(body, {name.lower(): value for name, value in sign(body).items()}, SECRET)
    assert not verify_webhook(body + b" ", sign(body), SECRET)
    assert not verify_webhook(json.dumps(json.loads(body), indent=1).encode(), sign(body), SECRET)
    assert not verify_webhook(body, sign(body, "another"), SECRET)


def test_an_empty_secret_and_the_old_signature_count_for_nothing():
    body = delivery(COMMENT)
    old = "sha1=" + hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    assert not verify_webhook(body, sign(body, ""), "")
    assert not verify_webhook(body, {"X-Hub-Signature": old}, SECRET)
    assert not verify_webhook(body, {"X-Hub-Signature-256": old}, SECRET)
    assert not verify_webhook(body, sign(body) | {"x-hub-signature-256": "sha256=" + "0" * 64}, SECRET)


@pytest.mark.parametrize(
    ("verb", "what"),
    [
        ("add", What.ADDED),
        ("edited", What.EDITED),
        ("remove", What.REMOVED),
        ("hide", What.HIDDEN),
        ("unhide", What.UNHIDDEN),
        ("noe nytt", What.OTHER),
        (None, What.OTHER),
        ([], What.OTHER),
    ],
)
def test_a_verb_tells_what_happened(verb: object, what: What):
    (event,) = parse_webhook(delivery(COMMENT | {"verb": verb}))
    assert event == Event(what, "facebook", "500", "1_7", "500_1", "500_1", datetime.fromtimestamp(1795255100, UTC))


def test_an_answer_names_its_parent_and_other_news_is_left_out():
    body = delivery({"item": "reaction", "verb": "add"}, COMMENT | {"parent_id": "1_3"}, {"item": "post"}, COMMENT)
    assert [(event.external_id, event.parent_id) for event in parse_webhook(body)] == [
        ("1_7", "1_3"),
        ("1_7", "500_1"),
    ]


def test_a_delivery_holds_each_event_once():
    assert len(parse_webhook(delivery(COMMENT, COMMENT, COMMENT | {"verb": "remove"}))) == 2


def test_instagram_tells_of_comments_and_live_comments():
    value = {"id": "17", "text": "Hei", "from": {"id": "2", "username": "kari"}, "media": {"id": "90"}}
    sent_at = datetime.fromtimestamp(1795255200, UTC)
    (event,) = parse_webhook(delivery(value, kind="instagram", field="comments"))
    assert event == Event(What.ADDED, "instagram", "500", "17", "90", "90", sent_at)
    (live,) = parse_webhook(delivery(value | {"parent_id": "16"}, kind="instagram", field="live_comments"))
    assert live.parent_id == "16"
    assert parse_webhook(delivery(value, kind="instagram", field="mentions")) == ()


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b'{"object":"user"}', b"<html>", b'{"object":["page"]}'])
def test_what_is_no_delivery_is_not_understood_and_kept(body: bytes):
    with pytest.raises(ProtocolError) as caught:
        parse_webhook(body)
    assert caught.value.raw == body


NAMES = st.sampled_from(
    ["object", "entry", "changes", "field", "value", "item", "comment_id", "id", "time", "media", "verb", "parent_id"]
)
WORDS = st.sampled_from(["page", "instagram", "feed", "comments", "comment", "add", "1_7", "500"])
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | WORDS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(NAMES, inside, max_size=6),
    max_leaves=40,
)


@settings(max_examples=300, deadline=None)
@given(entry=ANY)
def test_no_json_raises_anything_but_not_understood(entry: object):
    for kind in ("page", "instagram"):
        events = parse_webhook(json.dumps({"object": kind, "entry": [entry, {"id": "5", "changes": entry}]}).encode())
        assert all(event.external_id and event.account_id for event in events)


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=200), header=st.text(max_size=80))
def test_no_bytes_and_no_header_break_the_check(body: bytes, header: str):
    assert not verify_webhook(body, {"X-Hub-Signature-256": header}, SECRET)
    with suppress(ProtocolError):
        parse_webhook(body)

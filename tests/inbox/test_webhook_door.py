"""Meta's door: only what is signed comes in, it is stored as it came, and Meta is told the truth about it."""

import base64
import hashlib
import hmac
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection, transaction
from django.test import Client

from inbox import deliveries
from inbox.models import Comment, Delivery, DeliveryPart
from inbox.views import webhook
from tests import cast
from tests.inbox.channels.reference import lines_of, needs_reference
from tests.meta import DOOR, SECRET, WORD, bring, signed, told

pytestmark = pytest.mark.django_db

CASES = lines_of("hostile/webhooks.open.jsonl")
DELIVERIES = [case for case in CASES if case.get("method") != "GET"]
QUESTIONS = [case for case in CASES if case.get("method") == "GET"]
ASKED = {"hub.mode": "subscribe", "hub.verify_token": WORD, "hub.challenge": "1158201444"}


@pytest.fixture(autouse=True)
def secrets(settings: LazySettings) -> None:
    settings.META_APP_SECRET, settings.META_VERIFY_TOKEN = SECRET, WORD


def test_the_right_question_is_answered_in_plain_text() -> None:
    response = Client().get(DOOR, ASKED)
    assert (response.status_code, response.content) == (200, b"1158201444")
    assert response["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "wrong", [{"hub.verify_token": "feil"}, {"hub.mode": "unsubscribe"}, {"hub.challenge": "<script>1</script>"}]
)
def test_a_wrong_question_gets_403_and_no_echo(wrong: dict[str, str]) -> None:
    response = Client().get(DOOR, ASKED | wrong)
    assert response.status_code == 403
    assert b"script" not in response.content
    assert b"1158201444" not in response.content


def test_without_a_secret_or_a_word_nothing_is_accepted(settings: LazySettings) -> None:
    settings.META_APP_SECRET = settings.META_VERIFY_TOKEN = ""
    assert Client().get(DOOR, ASKED | {"hub.verify_token": ""}).status_code == 403
    assert bring(told("1_2"), signature=signed(told("1_2"), "")).status_code == 403


def test_a_signed_delivery_is_stored_byte_for_byte_and_its_reader_is_woken_after_the_commit(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    woken: list[Any] = []
    monkeypatch.setattr("inbox.tasks.read_delivery.apply_async", lambda **call: woken.append(call["args"]))
    body = told("1_2") + b" \n"
    with django_capture_on_commit_callbacks(execute=True):
        assert bring(body).status_code == 200
        assert woken == []
    delivery = Delivery.objects.get()
    assert bytes(delivery.body) == body
    assert woken == [(delivery.pk,)]
    assert delivery.opened_at is None


def test_the_same_bytes_are_one_row_however_often_they_come() -> None:
    assert {bring(told("1_2")).status_code for _ in range(5)} == {200}
    assert Delivery.objects.get().repeats == 4


def test_a_delivery_with_the_old_signature_only_is_refused() -> None:
    body = told("1_2")
    old = "sha1=" + hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    response = Client().post(DOOR, body, content_type="application/json", headers={"X-Hub-Signature": old})
    assert response.status_code == 403
    assert bring(body, signature=old).status_code == 403
    assert not Delivery.objects.exists()


def test_more_than_a_megabyte_is_refused_unread() -> None:
    body = b'{"object": "page"}' + b" " * webhook.LARGEST
    assert bring(body).status_code == 413
    assert bring(body[: webhook.LARGEST]).status_code == 200
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("method", ["put", "patch", "delete", "head", "options"])
def test_other_methods_are_not_allowed(method: str) -> None:
    assert getattr(Client(), method)(DOOR).status_code == 405


def test_the_door_needs_no_csrf_token_and_gives_no_cookie() -> None:
    response = bring(told("1_2"), client=Client(enforce_csrf_checks=True))
    assert response.status_code == 200
    assert not response.cookies


def test_when_postgresql_refuses_meta_is_asked_to_repeat() -> None:
    def away(execute: Any, sql: str, *rest: Any) -> Any:
        if "inbox_delivery" in sql:
            raise OperationalError("the server closed the connection")
        return execute(sql, *rest)

    with connection.execute_wrapper(away):
        response = bring(told("1_2"))
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert not Delivery.objects.exists()
    assert bring(told("1_2")).status_code == 200


def test_a_refusal_asks_the_database_nothing(django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(0):
        assert bring(told("1_2"), signature="sha256=" + "0" * 64).status_code == 403


def test_the_log_has_one_line_for_many_refusals_and_nobodys_words(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "refusals", webhook._Refusals())
    with caplog.at_level(logging.DEBUG):
        for number in range(20):
            bring(b"Kari Holten skrev dette", signature=f"sha256={number:064x}")
        bring(b"Kari Holten skrev dette")
        deliveries.read(Delivery.objects.get().pk)
    lines = [record.getMessage() for record in caplog.records if "Meta's door" in record.getMessage()]
    assert len(lines) == 1
    assert "Kari" not in caplog.text


@needs_reference
def test_a_hostile_question_is_refused(subtests: pytest.Subtests) -> None:
    assert QUESTIONS
    for case in QUESTIONS:
        with subtests.test(case["id"]):
            response = Client().get(f"{DOOR}?{case['query']}")
            assert response.status_code == 403
            assert response["Content-Type"].startswith("text/plain")


@needs_reference
def test_a_hostile_delivery_is_stored_and_survived_or_refused(subtests: pytest.Subtests) -> None:
    place = cast.meraker()
    place.channel.platform, place.channel.account_id = "facebook", "500"
    place.channel.save()
    assert DELIVERIES
    for case in DELIVERIES:
        with subtests.test(case["id"]), transaction.atomic():
            _brought(case, place)
            transaction.set_rollback(True)  # the next case finds the door as this one did
    assert not Delivery.objects.exists()


def _brought(case: dict[str, Any], place: cast.Cast) -> None:
    """Bring a delivery as often as the case says, and hold the door to what it says of such a case."""
    body = base64.b64decode(case["body_b64"])
    refused = case["cls"] in ("bad_signature", "fuzz_unsigned")
    headers = dict(case["headers"])
    kind = headers.pop("Content-Type", "application/json")
    for _ in range(case.get("repeat", 1)):
        response = Client().post(DOOR, body, content_type=kind, headers=headers)
        assert response.status_code == (403 if refused else 200)
    if refused:
        assert not Delivery.objects.exists()
        return
    delivery = Delivery.objects.get()
    assert bytes(delivery.body) == body
    assert delivery.repeats == case.get("repeat", 1) - 1
    deliveries.read(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.opened_at is not None
    parts = list(DeliveryPart.objects.all())
    assert delivery.not_understood == "" or parts == []
    if case["cls"] in ("valid", "replay"):
        assert [(part.channel, part.left) for part in parts] == [(place.channel, ["900_w1"])]
    assert not Comment.objects.exists()  # the words of a delivery are nobody's until the platform says them

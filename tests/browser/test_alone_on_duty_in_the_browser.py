"""One person on duty, the keyboard alone: two praises to each question, answered and published.

Nine comments here, thirty with SOCIALDESK_ON_DUTY=30 (`make duty`). The keys are counted for each, so that the promise
for thirty (110 keys) follows from nine.
"""

import os
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from inbox import publishing, pulling
from inbox.actions import templates
from inbox.models import Channel, Comment, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from tests import cast
from tests.browser.conftest import keep_picture, sign_in
from tests.simulator_server import Simulator

COMMENTS = int(os.environ.get("SOCIALDESK_ON_DUTY", "9"))
QUESTIONS = COMMENTS // 3
PRAISES = COMMENTS - QUESTIONS
KEYS_TO_THANK, KEYS_TO_ANSWER = 3, 5  # Ctrl counts by itself; for thirty it makes 110


class Keyboard:
    """Presses keys and counts them, Ctrl by itself too; focus must stand somewhere after each act."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1 + key.count("+")

    def stands_on(self, selector: str) -> None:
        """Wait until the focus stands there, and ask the document itself."""
        expect(self.page.locator(f"{selector}:focus")).to_have_count(1, timeout=15_000)
        assert self.page.evaluate("document.activeElement !== document.body && document.activeElement.isConnected")


@pytest.mark.django_db(transaction=True)
def test_a_shift_of_comments_is_answered_and_published_in_few_keys(
    page: Page, live_server: LiveServer, simulator: Simulator
) -> None:
    place = cast.meraker(simulator.url)
    Channel.objects.update(account_id="")
    templates.load_defaults(place.municipality)
    posts = [simulator.post(f"Nytt fra Meråker {number}") for number in range(3)]
    for number in range(COMMENTS):
        is_question = number % 3 == 2
        words = f"Når åpner svømmehallen i uke {number}?" if is_question else f"Så bra jobba med løype {number}!"
        simulator.comment(posts[number % 3], words, author=f"Innbygger {number}")
    pulling.pull(place.channel.pk)
    for number, one in enumerate(Comment.objects.exclude(status=CommentStatus.OURS).order_by("pk")):
        Comment.objects.filter(pk=one.pk).update(posted_at=timezone.now() - timedelta(minutes=60 - number))
    assert Comment.objects.filter(status=CommentStatus.NEW).count() == COMMENTS

    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    page.evaluate("document.fonts.ready")
    keys = Keyboard(page)
    for done in range(COMMENTS):
        row = page.locator("#rader [data-pk][aria-current='true']")
        pk = row.get_attribute("data-pk")
        is_question = "Når åpner" in row.locator(".sd-item__text").inner_text()
        strip = f"#k{pk} .sd-strip"
        if is_question:
            keys.press("2")
            keys.stands_on(strip)
            keys.press("m")
            keys.press("i")  # no other code begins with it
            expect(page.locator(f"{strip} .sd-strip__text")).to_contain_text("i morgen", timeout=15_000)
        else:
            keys.press("1")
        keys.stands_on(strip)
        expect(page.locator(f"{strip} [data-primary]")).to_contain_text("Publiser")
        if done in {0, 2}:
            keep_picture(page, f"alone-{'question' if is_question else 'praise'}")
        keys.press("Control+Enter")
        expect(page.locator(f"#k{pk}")).to_have_count(0, timeout=15_000)
        keys.stands_on("#rader [aria-current='true'] a" if done + 1 < COMMENTS else "h1")

    for due in publishing.due_replies():
        publishing.publish(due)
    replies = Reply.objects.filter(status=ReplyStatus.PUBLISHED)
    assert replies.count() == COMMENTS
    assert {one.approved_by for one in replies} == {place.ola}
    assert len(simulator.book("meraker")) == COMMENTS
    assert not Comment.objects.exclude(status__in=[CommentStatus.DONE, CommentStatus.OURS]).exists()
    assert keys.pressed <= KEYS_TO_THANK * PRAISES + KEYS_TO_ANSWER * QUESTIONS

"""What the journeys share: short words for what people do on a comment's page."""

import re

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from inbox.models import Comment
from team.models import Membership
from tests.browser.conftest import sign_in


class Journey:
    """One browser, walked by one person at a time."""

    def __init__(self, page: Page, server: LiveServer) -> None:
        self.page = page
        self.base = server.url

    def be(self, who: Membership) -> None:
        """Sign in as somebody; whoever was here is signed out."""
        self.page.context.clear_cookies()
        sign_in(self.page, self.base, who.user.email)

    def open(self, comment: Comment) -> None:
        self.page.goto(f"{self.base}/kommentar/{comment.pk}/")

    def sort(self, *words: str) -> None:
        """Sort the comment on the page, by the words of its boxes."""
        for word in words:
            self.page.get_by_label(re.compile(f"^{word}")).first.check()
        self.page.get_by_role("button", name="Sorter", exact=True).click()
        expect(self.page.get_by_text("Kommentaren er sortert.")).to_be_visible()

    def write(self, words: str) -> None:
        self.page.get_by_role("textbox", name=re.compile("^Svar til")).fill(words)

    def press(self, words: str) -> None:
        """Press the first button there is to be seen with these words."""
        button = self.page.get_by_role("button", name=re.compile(words)).locator("visible=true").first
        button.click()

    def hand_in(self) -> None:
        self.press("Send til godkjenning")
        self.reads("Svaret er sendt til godkjenning")

    def approve(self, comment: Comment, lead: Membership) -> None:
        """As the lead: read and approve."""
        self.be(lead)
        self.open(comment)
        self.press("Godkjenn og publiser")
        self.reads("Svaret er godkjent")

    def unfold(self, words: str) -> None:
        self.page.locator("summary").filter(has_text=words).locator("visible=true").first.click()

    def reads(self, words: str) -> None:
        """Wait until the page says it."""
        expect(self.page.get_by_text(re.compile(re.escape(words))).locator("visible=true").first).to_be_visible()

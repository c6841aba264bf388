"""The platform of the practice: five invented comments, and answers that go nowhere. Opens no connection.

The ids tell which task a comment is; the people do not exist (decision 0009).
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from inbox.channels import base
from inbox.channels.counting import graphemes

PLATFORM = "practice"
POST = "innlegg"
POST_TEXT = "Svømmehallen er pusset opp, og vi brøyter fra kl. 05 i vinter."
# Id, who wrote it, what, and how many minutes ago, oldest first.
COMMENTS = (
    ("ros", "Gudrun Fiktiv", "Så fint dere har pusset opp svømmehallen! Takk.", 50),
    ("noytral", "Trond Påfunn", "Når åpner svømmehallen på lørdag?", 40),
    ("feil", "Berit Oppdiktet", "Svømmehallen er stengt hele vinteren, har jeg hørt.", 30),
    ("avslutt", "Premiesenteret", "Du har VUNNET en telefon! Klikk på profilen vår for å hente premien.", 20),
    ("sak", "Odd Tenkt", "Brøytebilen har kjørt ned postkassen min. Jeg vil søke om erstatning.", 10),
)


class PracticeConnector:
    """Speaks for no account. Safe for many threads: it remembers nothing."""

    capabilities = base.Capabilities(like=True, delete_own=True, idempotent_publish=True)

    def __init__(self, base_url: str = "", token: str = "", account_id: str | None = None) -> None:
        """Take what every connector is given; nothing of it is used."""

    def pull(self, cursor: str) -> base.Page:
        """The post and the five comments; none once they were read."""
        if cursor:
            return base.Page((), cursor, False, b"")
        now = datetime.now(UTC)
        post = _item(POST, "", POST_TEXT, now - timedelta(hours=1), is_post=True)
        comments = [_item(key, name, text, now - timedelta(minutes=ago)) for key, name, text, ago in COMMENTS]
        return base.Page((post, *comments), "lest", False, b"")

    def begin(self, since: datetime) -> str:
        """From the beginning."""
        return ""

    def posts(self, limit: int, before: str = "") -> base.Page:
        """The one there is stands in `pull`."""
        return base.Page((), "", False, b"")

    def thread(self, root_id: str) -> base.Page:
        """Nothing more is written while somebody practises."""
        return base.Page((), "", False, b"")

    def refresh(self, external_ids: Sequence[str]) -> dict[str, base.Refreshed]:
        """Nothing changes by itself here."""
        return dict.fromkeys(external_ids, base.UNKNOWN)

    def publish(
        self,
        parent: base.ParentRef,
        text: str,
        key: str,
        language: str,
        *,
        picture: base.Picture | None = None,
    ) -> base.Published:
        """Say that the answer stands there. It goes nowhere; the same key is the same answer."""
        return base.Published(f"svar-{key}", "", datetime.now(UTC))

    def find_published(
        self, parent: base.ParentRef, text: str, since: datetime, exclude_ids: Collection[str] = ()
    ) -> None:
        """None: nothing stands anywhere, and `publish` may be repeated."""

    def count(self, text: str, parent: base.ParentRef | None = None) -> base.Count:
        """As people count; there is no limit."""
        return base.Count(graphemes(text), 0)

    def check_account(self) -> base.AccountState:
        """Always well."""
        return base.AccountState(ok=True, account_id=PLATFORM)

    def like(self, external_id: str) -> None:
        """Nothing to do: nobody is there to see it."""

    delete = like

    def refuse(self, *_: Any, **__: Any) -> None:
        """Not possible; raises RejectedError."""
        raise base.RejectedError(PLATFORM, message="there is no hiding in the practice")

    hide = unhide = refuse


def _item(key: str, name: str, text: str, at: datetime, *, is_post: bool = False) -> base.Item:
    return base.Item(
        platform=PLATFORM,
        external_id=key,
        root_id=POST,
        parent_id=None if is_post else POST,
        author_id="" if is_post else f"ovelse-{key}",
        author_name=name,
        author_handle="",
        author_url="",
        text=text,
        text_raw=text,
        is_html=False,
        language="nb",
        created_at=at,
        edited_at=None,
        permalink="",
        own=is_post,
        visibility="public",
        attachments=(),
        raw={"id": key, "text": text},
        is_post=is_post,
    )

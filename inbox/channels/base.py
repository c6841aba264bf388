"""What a connector takes and gives: plain values, and errors that say whether trying again could help.

Nothing here knows a platform, the database or the network. Ids are text, compared letter by letter. Times are aware and
in UTC. Text is cleaned (`inbox.channels.cleaning`) and never HTML; it is for showing, the evidence is `Page.raw`.
"""

import enum
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Final, Literal, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture, film or the like. `url` is empty when it was no web address.

    `preview` is a small picture of a film or link, where the platform gives one.
    """

    kind: str
    url: str
    alt: str
    media_type: str
    preview: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One post or comment as the platform has it now.

    `root_id` is empty when the answer did not tell which thread it belongs to: `Connector.thread` takes any id of a
    thread. `parent_id` is None for what answers nothing. `text_raw` is what the platform sent (HTML when `is_html`),
    `text` the plain text of it without our own name in front. `raw` is the platform's JSON, cleaned so that any store
    takes it. `cleaned` says that forbidden characters were replaced, `problems` what else could not be read; a field
    that could not be read is None or empty and never a reason to drop the item. `tells_hidden` is False where the
    answer does not say whether the item is hidden. `comment_count` is the platform's own count of a post's comments.
    """

    platform: str
    external_id: str
    root_id: str
    parent_id: str | None
    author_id: str
    author_name: str
    author_handle: str
    author_url: str
    text: str
    text_raw: str
    is_html: bool
    language: str
    created_at: datetime | None
    edited_at: datetime | None
    permalink: str
    own: bool
    visibility: str
    attachments: tuple[Attachment, ...]
    raw: dict[str, Any]
    is_post: bool = False
    deleted: bool = False
    hidden: bool = False
    cleaned: bool = False
    problems: tuple[str, ...] = ()
    tells_hidden: bool = True
    comment_count: int | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A single item nobody could understand; `raw` is its own JSON, or the whole body when it cannot be cut out."""

    raw: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the platform, understood.

    `raw` is the body exactly as received, several bodies joined by a line feed when more calls were needed.
    `next_cursor` is opaque: store it once the items are stored. `throttle_seconds` is how long to leave the platform
    alone because its limit is nearly used up, else 0.
    """

    items: tuple[Item, ...]
    next_cursor: str
    more: bool
    raw: bytes
    unreadable: tuple[Unreadable, ...] = ()
    throttle_seconds: float = 0.0

    def __iter__(self) -> Iterator[Item]:
        """The items in order."""
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class ParentRef:
    """What must be known of the comment that is answered. `raw` is its JSON, for platforms that need more of it."""

    external_id: str
    root_id: str | None = None
    author_handle: str = ""
    visibility: str = ""
    author_id: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, item: Item) -> "ParentRef":
        """The reference to an item just read."""
        return cls(
            item.external_id, item.root_id or None, item.author_handle, item.visibility, item.author_id, item.raw
        )


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that goes out with a reply: clean bytes, what they are, words for who cannot see it, size in pixels."""

    data: bytes
    media_type: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Published:
    """A reply of ours that stands on the platform. `created_at` is None when the platform's time could not be read."""

    external_id: str
    permalink: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class Count:
    """The length of a text by the platform's own rule, and the most it allows."""

    used: int
    limit: int

    @property
    def too_long(self) -> bool:
        """Whether the platform would refuse it."""
        return self.used > self.limit


class AccountProblem(enum.StrEnum):
    """What is wrong with an account; the page finds the words."""

    NONE = ""
    AUTH_EXPIRED = "auth_expired"
    PERMISSION_MISSING = "permission_missing"
    WRONG_ACCOUNT = "wrong_account"
    UNREACHABLE = "unreachable"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class AccountState:
    """Whether we may act for the account. `scopes` is empty when the platform does not tell.

    `media_hosts` are the names of the servers it keeps pictures on, where each installation has its own (Mastodon).
    """

    ok: bool
    account_id: str = ""
    handle: str = ""
    name: str = ""
    max_length: int = 0
    problem: AccountProblem = AccountProblem.NONE
    scopes: tuple[str, ...] = ()
    media_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What can be done on a platform. `reply_depth` None: any depth; `max_length` holds when nobody said other.

    `ban` and `unban` go with the protocol `Bans`, `private_reply` with `WritesPrivately`; `reply_to_post`: a reply may
    stand directly under the post instead of under a comment; `picture`: a public reply may carry one.
    """

    reply: bool = True
    like: bool = False
    hide: bool = False
    unhide: bool = False
    delete_own: bool = False
    delete_others: bool = False
    edit_own: bool = False
    webhook: bool = False
    edits_visible: bool = False
    idempotent_publish: bool = False
    reply_depth: int | None = None
    max_length: int = 0
    private_reply: bool = False
    ban: bool = False
    unban: bool = False
    reply_to_post: bool = False
    picture: bool = False


class Absence(enum.Enum):
    """Why `refresh` has no item for an id."""

    GONE = "gone"
    """The platform says that it is not there for us: deleted, or made invisible."""
    UNKNOWN = "unknown"
    """It could not be asked or the answer not be understood; nothing may be concluded."""


GONE: Final = Absence.GONE
UNKNOWN: Final = Absence.UNKNOWN
Refreshed = Item | Literal[Absence.GONE, Absence.UNKNOWN]


class ChannelError(Exception):
    """A call that did not end well. Never holds a token or a citizen's words in its message.

    `status` is the HTTP status (0: no answer), `code` the platform's machine code if it has one, `request_id` what the
    platform's support asks for, `raw` the body received, `retry_after` the seconds the platform asked us to wait (0: it
    did not say). The message is English, for the log.
    """

    try_again: ClassVar[bool] = False

    def __init__(
        self,
        platform: str = "",
        status: int = 0,
        code: str = "",
        request_id: str = "",
        message: str = "",
        raw: bytes = b"",
        retry_after: float = 0.0,
    ) -> None:
        # All of them in args: an exception that cannot be pickled takes a Celery worker's result with it.
        super().__init__(platform, status, code, request_id, message, raw, retry_after)
        self.platform = platform
        self.status = status
        self.code = code
        self.request_id = request_id
        self.message = message
        self.raw = raw
        self.retry_after = retry_after

    def __str__(self) -> str:
        """The message with what the platform's support would ask for."""
        about = [f"status {self.status}"] if self.status else []
        about += [f"code {self.code}"] if self.code else []
        about += [f"request {self.request_id}"] if self.request_id else []
        return f"{self.platform or 'channel'}: {self.message}" + (f" ({', '.join(about)})" if about else "")


class AuthExpiredError(ChannelError):
    """The token is not accepted. Trying again does not help: the account must be connected anew."""


class PermissionMissingError(ChannelError):
    """The token may not do this. Trying again does not help: the account must be connected with more rights."""


class RateLimitedError(ChannelError):
    """Too many calls; nothing was done. Try again after `retry_after` seconds.

    1 to 3,600; longer, to the end of the day there, only when the quota of a whole day is used up (YouTube).
    """

    try_again = True


class GoneError(ChannelError):
    """What was asked for is deleted or invisible to us. Trying again does not help."""


class RejectedError(ChannelError):
    """The platform refuses the request as it stands. Trying again does not help: a person must change something."""


class PictureRefusedError(RejectedError):
    """The platform does not take the picture; nothing was published. Another picture, or none, may help."""


class TransientError(ChannelError):
    """A passing fault, and nothing was written. Try again later."""

    try_again = True


class UnclearError(ChannelError):
    """The request may have been carried out. Never send it again before looking whether it was (`find_published`)."""


class ProtocolError(ChannelError):
    """The answer is not understood; `raw` has it. Trying again helps only if the fault passes: keep it and alarm."""


class Connector(Protocol):
    """One platform for one account. Plain values in and out; every method raises nothing but ChannelError.

    Safe to use from several threads. Each call ends within the session's total time limit, times the number of calls
    it makes (each method says how many).
    """

    @property
    def capabilities(self) -> Capabilities:
        """What can be done here."""

    def pull(self, cursor: str) -> Page:
        """One page of new activity after the cursor; an empty cursor begins with the oldest there is."""

    def begin(self, since: datetime) -> str:
        """The cursor for a first round of `pull` that reads what was written after `since`; never older news first."""

    def posts(self, limit: int, before: str = "") -> Page:
        """Our latest root posts, newest first; `before` is the `next_cursor` of a page whose `more` was true."""

    def thread(self, root_id: str) -> Page:
        """Everything that stands in the thread the id belongs to."""

    def refresh(self, external_ids: Sequence[str]) -> dict[str, Refreshed]:
        """How known items look now, one answer for each id."""

    def publish(
        self, parent: ParentRef, text: str, key: str, language: str, *, picture: Picture | None = None
    ) -> Published:
        """Answer the parent once. `key` is the same for every attempt at the same reply.

        A picture is uploaded first, which is harmless to repeat; PictureRefusedError where it is not taken.
        """

    def find_published(
        self, parent: ParentRef, text: str, since: datetime, exclude_ids: Collection[str] = ()
    ) -> Published | None:
        """Our reply to the parent with this text, written after `since`; None only when it surely is not there."""

    def count(self, text: str, parent: ParentRef | None = None) -> Count:
        """The text's length by the platform's rule, with what `publish` would put in front. Opens no connection."""

    def check_account(self) -> AccountState:
        """Whether the token works and for whom; problems are told, not raised."""

    def like(self, external_id: str) -> None:
        """Mark as liked; harmless to repeat."""

    def delete(self, external_id: str) -> None:
        """Delete something of ours, or of others where `delete_others`; raises GoneError when it is not there."""

    def hide(self, external_id: str) -> None:
        """Hide a comment of others under our posts; harmless to repeat. RejectedError where there is no hiding."""

    def unhide(self, external_id: str) -> None:
        """Show a hidden comment again; harmless to repeat. RejectedError where there is no hiding."""


@runtime_checkable
class Bans(Protocol):
    """A platform where an account of ours can shut somebody out of its pages."""

    def ban(self, author_id: str, external_id: str) -> None:
        """Shut the author of the comment out; harmless to repeat. Some platforms know them by id, some by comment."""

    def unban(self, author_id: str) -> None:
        """Let them in again; harmless to repeat. RejectedError where only a person at the platform can."""


@runtime_checkable
class WritesPrivately(Protocol):
    """A platform where the author of a comment can be told something that nobody else reads."""

    def send_private(self, parent: ParentRef, text: str, key: str, language: str) -> Published:
        """Write to the author of the comment alone, once. `key` is the same for every attempt."""

    def find_private(
        self, parent: ParentRef, text: str, since: datetime, exclude_ids: Collection[str] = ()
    ) -> Published | None:
        """The private message that answers the comment; None only when it surely was not sent."""

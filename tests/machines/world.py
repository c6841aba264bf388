"""The world a state machine lives in: a municipality of its own, a clock, a platform and a letterbox that keep books.

Processes die here: `dying(n)` lets the n-th statement, and every one after it, fail as it does for a process that is
killed. No wake-up ever arrives: whatever is to be done after an act must be found by the sweeps.
"""

# ruff: noqa: S608 -- names of tables from the models themselves

import itertools
import re
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any, ClassVar
from unittest import mock

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from guidelines.actions import load_pack
from inbox import intake
from inbox.channels.base import (
    AuthExpiredError,
    Capabilities,
    ChannelError,
    GoneError,
    Item,
    ParentRef,
    Picture,
    Published,
    RejectedError,
    TransientError,
    UnclearError,
)
from inbox.models import Channel, Comment
from notices.errors import RefusedMailError, TryLaterError, UnclearMailError
from notices.models import Notice
from team.models import Membership, Municipality, Role, Unit, User
from tests.factories import make_channel, make_item, make_page, make_post

_numbers = itertools.count(1)
ROOMS = ("inbox", "archive", "notices", "audit")
SHOWN_AFTER = timedelta(seconds=30)  # the platform's own lists lag, well within the settle time


class Death(BaseException):
    """The process is killed here. Nothing catches it, and nothing more reaches the database."""


@contextmanager
def dying(at: int) -> Iterator[None]:
    """Let the process die at its `at`-th statement; 0: it lives. Swallows the death."""
    if not at:
        yield
        return
    seen = itertools.count(1)

    def pass_on(execute: Callable[..., Any], *arguments: Any) -> Any:
        if next(seen) >= at:
            raise Death
        return execute(*arguments)

    try:
        with connection.execute_wrapper(pass_on):
            yield
    except Death:
        connection.close()  # its connection goes with it, and PostgreSQL takes back what was not committed
        raise


@dataclass
class Clock:
    """The time of the product's own code: it goes on only when told to."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return _real_now() + self.ahead

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead.total_seconds()

    def pass_(self, **how_long: float) -> None:
        self.ahead += timedelta(**how_long)


_real_now = timezone.now


@dataclass
class Post:
    """What stands on the platform: under which key it was sent, and when."""

    external_id: str
    key: str
    parent: str
    text: str
    at: datetime
    deleted: bool = False


@dataclass
class Platform:
    """A platform that keeps a book. `fate` decides how the next calls to write end; empty: well."""

    FATES: ClassVar = ("well", "written, answer lost", "not written, answer lost", "busy", "no", "expired", "killed")
    clock: Clock
    capabilities: Capabilities
    posts: list[Post] = field(default_factory=list)
    fate: str = "well"
    hides: bool = False  # its lists show nothing new
    before_call: Callable[[], None] | None = None
    next_fates: list[str] = field(default_factory=list)

    def publish(
        self, parent: ParentRef, text: str, key: str, language: str, *, picture: Picture | None = None
    ) -> Published:
        fate = self._fate()
        refusals: dict[str, ChannelError] = {
            "not written, answer lost": UnclearError("mastodon"),
            "busy": TransientError("mastodon", 503),
            "no": RejectedError("mastodon", 422),
            "expired": AuthExpiredError("mastodon", 401),
        }
        if fate in refusals:
            raise refusals[fate]
        post = Post(f"s{next(_numbers)}", key, parent.external_id, text, self.clock.now())
        self.posts.append(post)
        if fate == "killed":
            raise Death
        if fate == "written, answer lost":
            raise UnclearError("mastodon")
        return self._published(post)

    def find_published(
        self, parent: ParentRef, text: str, since: datetime, exclude_ids: Collection[str] = ()
    ) -> Published | None:
        shown = [one for one in self.standing if one.at + SHOWN_AFTER <= self.clock.now() and not self.hides]
        mine = [one for one in shown if (one.parent, one.text) == (parent.external_id, text)]
        found = next((one for one in mine if one.external_id not in exclude_ids), None)
        return self._published(found) if found else None

    def thread(self, root_id: str) -> tuple[Item, ...]:
        return ()

    def delete(self, external_id: str) -> None:
        fate = self._fate()
        if fate == "busy":
            raise TransientError("mastodon", 503)
        if fate == "no":
            raise RejectedError("mastodon", 422)
        post = next((one for one in self.standing if one.external_id == external_id), None)
        if post is None:
            raise GoneError("mastodon", 404)
        post.deleted = True
        if fate == "killed":
            raise Death

    def _fate(self) -> str:
        fate, self.fate = self.fate, self.next_fates.pop(0) if self.next_fates else "well"
        return fate

    @property
    def standing(self) -> list[Post]:
        return [one for one in self.posts if not one.deleted]

    def connect(self, channel: Channel) -> "Platform":
        """Stand in for `inbox.connecting.connect`; `before_call` happens while a worker is held up there."""
        held_up, self.before_call = self.before_call, None
        if held_up:
            held_up()
        return self

    @staticmethod
    def _published(post: Post) -> Published:
        return Published(post.external_id, f"https://social.example/{post.external_id}", post.at)


@dataclass
class Letterbox:
    """The mail server with its book: Message-IDs that arrived. `fate` decides how the next mail ends."""

    FATES: ClassVar = ("well", "arrived, line dead", "not arrived, line dead", "later", "no", "killed")
    arrived: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    fate: str = "well"

    def deliver(self, notice: Notice) -> None:
        """Stand in for `notices.delivery.deliver`."""
        fate, self.fate = self.fate, "well"
        if fate == "later":
            raise TryLaterError(450)
        if fate == "no":
            raise RefusedMailError(550)
        if fate == "not arrived, line dead":
            raise UnclearMailError
        self.arrived.append(notice.message_id)
        if link := re.search(r"http\S+/([\w-]{40,})/?", notice.body):
            self.links[notice.message_id] = link[1]
        if fate == "killed":
            raise Death
        if fate == "arrived, line dead":
            raise UnclearMailError


class World:
    """A municipality with its people, a channel and a post, and everything outside that answers it."""

    def __init__(self) -> None:
        self.clock, self.letterbox = Clock(), Letterbox()
        self.town = _town()
        self.ola, self.mari, self.kari, self.arne = (
            _member(self.town, role) for role in (Role.MEMBER, Role.MEMBER, Role.LEAD, Role.ARCHIVIST)
        )
        self.channel = make_channel(self.town)
        self.post = make_post(self.channel)
        self.units = list(Unit.objects.filter(municipality=self.town))
        able = intake_capabilities(self.channel)
        self.platform = Platform(self.clock, able)
        self._patched = ExitStack()
        for name, other in {
            "django.utils.timezone.now": self.clock.now,
            "inbox.publishing.time": SimpleNamespace(monotonic=self.clock.monotonic),
            "notices.sending.time": SimpleNamespace(monotonic=self.clock.monotonic),
            "inbox.publishing.connect": self.platform.connect,
            "inbox.taking_down.connect": self.platform.connect,
            "inbox.recognising.connect": self.platform.connect,
            "notices.sending.deliver": self.letterbox.deliver,
            "audit.wake._send": lambda *_: None,
        }.items():
            self.stands_in(name, other)

    def stands_in(self, name: str, other: Any) -> None:
        """Let something else stand in for what the product calls by that name, until the world ends."""
        self._patched.enter_context(mock.patch(name, other))

    def close(self) -> None:
        """Give the process its own clock and outside back."""
        self._patched.close()

    @property
    def people(self) -> list[Membership]:
        return [self.ola, self.mari, self.kari, self.arne]

    def comment(self, text: str) -> Comment:
        """Let a comment come in through the in-door."""
        item = make_item(self.post, text)
        self.receive(item)
        return Comment.objects.get(channel=self.channel, external_id=item.external_id)

    def receive(self, item: Item) -> None:
        """Let the platform show an item, new or edited."""
        with transaction.atomic():
            intake.receive(self.channel, make_page(item), raw_page=None)

    def print_(self) -> str:
        """Return what tells whether any row of the municipality is other than before."""
        with connection.cursor() as cursor:
            cursor.execute(_print_of_all(), {"town": self.town.pk})
            return str(cursor.fetchone()[0])

    def let_leases_end(self) -> None:
        """Pass the time after which another worker may take up what one that died has begun."""
        self.clock.pass_(seconds=settings.PUBLISH_LEASE + settings.PUBLISH_SETTLE + settings.MAIL_LEASE + 700)


def intake_capabilities(channel: Channel) -> Capabilities:
    """Return what the channel's platform can do, as the product says it."""
    from inbox.abilities import capabilities_of

    return capabilities_of(channel)


def _town() -> Municipality:
    number = next(_numbers)
    town = Municipality.objects.create(
        slug=f"verden-{number}",
        name=f"Verden {number} kommune",
        number=f"{number:04d}",
        notice_url="https://www.verden.kommune.example/sosiale-medier",
        enquiry_url="https://www.verden.kommune.example/skjema",
        enquiry_email="postmottak@verden.kommune.example",
        hold_seconds=20,
    )
    load_pack(town, "meraker")
    for name in ("Kommunalteknikk", "Barnehage"):
        Unit.objects.create(municipality=town, name=name, code=name[:3].upper(), email=f"{name}@verden.example".lower())
    return town


def _member(town: Municipality, role: str) -> Membership:
    email = f"{role}.{next(_numbers)}@verden.example".lower()
    user = User.objects.create_user(email, None, name=f"{role.title()} {town.pk}")
    return Membership.objects.create(user=user, municipality=town, role=role)


@cache
def _print_of_all() -> str:
    """Return one statement over every table of the rooms that holds rows of a municipality, or of such a row's."""
    parts = []
    for model in apps.get_models():
        rows = _rows_of(model) if model._meta.app_label in ROOMS and model._meta.managed else None
        if rows is not None:
            parts.append(f"(SELECT coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '-') AS one {rows})")
    return f"SELECT md5(string_agg(one, '')) FROM ({' UNION ALL '.join(parts)}) everything"


def _rows_of(model: Any) -> str | None:
    """Return FROM and WHERE for the rows of a municipality in the model's table; None when it knows none."""
    table = f'"{model._meta.db_table}"'
    fields = {field.name: field for field in model._meta.concrete_fields}
    if "municipality" in fields or "municipality_id" in fields:
        return f"FROM {table} t WHERE t.municipality_id = %(town)s"
    for field_ in fields.values():
        parent = field_.related_model
        names = {one.attname for one in parent._meta.concrete_fields} if parent else set()
        if parent and parent._meta.app_label in ROOMS and "municipality_id" in names:
            return (
                f'FROM {table} t JOIN "{parent._meta.db_table}" p ON p.{parent._meta.pk.column} = t.{field_.column}'
                " WHERE p.municipality_id = %(town)s"
            )
    return None

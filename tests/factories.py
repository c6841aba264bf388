"""Plain factories with believable Norwegian defaults: a test mentions only what it is about."""

import itertools
from datetime import timedelta
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from inbox import intake
from inbox.channels.base import Item, Page
from inbox.models import Channel, Comment, Post
from team.models import Membership, Municipality, Role, Unit, User
from tests.pack_copies import put_pack_in_force

_numbers = itertools.count(1)
PASSWORD = "en-god-lang-frase-2026"


def make_municipality(slug: str = "meraker", **fields: Any) -> Municipality:
    """A municipality with its guideline in force (pack `meraker` or `tydal`) and a unit."""
    names = {"meraker": ("Meråker kommune", "5034"), "tydal": ("Tydal kommune", "5033")}
    name, number = names.get(slug, (f"{slug.title()} kommune", f"{next(_numbers):04d}"))
    municipality = Municipality.objects.create(
        slug=slug,
        name=name,
        number=number,
        **{
            "notice_url": f"https://www.{slug}.kommune.example/sosiale-medier",
            "enquiry_url": f"https://www.{slug}.kommune.example/skjema",
            "enquiry_email": f"postmottak@{slug}.kommune.example",
            "hold_seconds": 0,
            **fields,
        },
    )
    put_pack_in_force(municipality, slug if slug in names else "meraker")
    Unit.objects.create(
        municipality=municipality, name="Kommunalteknikk", code="TEK", email=f"tek@{slug}.kommune.example"
    )
    return municipality


def make_member(
    municipality: Municipality, name: str = "Ola Svendsen", role: str = Role.MEMBER, **fields: Any
) -> Membership:
    email = fields.pop("email", f"{name.split()[0].lower()}.{next(_numbers)}@{municipality.slug}.example")
    user = User.objects.create_user(email, PASSWORD, name=name)
    return Membership.objects.create(user=user, municipality=municipality, role=role, **fields)


def make_members(municipality: Municipality, *people: tuple[str, str]) -> list[Membership]:
    """Return a member for each (name, role), in two statements in all: nearly every test wants some."""
    users = [
        User(email=f"{name.split()[0].lower()}.{next(_numbers)}@{municipality.slug}.example", name=name)
        for name, _role in people
    ]
    for user in users:
        user.password = _password_of_all()
    User.objects.bulk_create(users)
    return Membership.objects.bulk_create(
        Membership(user=user, municipality=municipality, role=role)
        for user, (_name, role) in zip(users, people, strict=True)
    )


@cache
def _password_of_all() -> str:
    return make_password(PASSWORD)


def make_channel(municipality: Municipality, base_url: str = "http://127.0.0.1:9", **fields: Any) -> Channel:
    return Channel.objects.create(
        municipality=municipality,
        platform=Channel.Platform.MASTODON,
        base_url=base_url,
        handle=fields.pop("handle", municipality.slug),
        name=f"{municipality.name} på Mastodon",
        token=fields.pop("token", f"demo-token-{municipality.slug}"),
        account_id=fields.pop("account_id", "1"),
        **fields,
    )


def make_post(channel: Channel, text: str = "Brøyting av kommunale veger i vinter", **fields: Any) -> Post:
    number = next(_numbers)
    return Post.objects.create(
        municipality=channel.municipality,
        channel=channel,
        external_id=fields.pop("external_id", f"p{number}"),
        text=text,
        permalink=f"https://social.example/@{channel.handle}/{number}",
        posted_at=fields.pop("posted_at", timezone.now() - timedelta(days=1)),
    )


def make_item(post: Post | None = None, text: str = "Når åpner svømmehallen?", **fields: Any) -> Item:
    """What a connector would hand over for a comment."""
    number = next(_numbers)
    root = post.external_id if post else ""
    handle = fields.pop("author_handle", "randi@snabelen.example")
    defaults: dict[str, Any] = {
        "platform": "mastodon",
        "external_id": f"c{number}",
        "root_id": root,
        "parent_id": root or None,
        "author_id": f"a{number}",
        "author_name": "Randi Moen",
        "author_handle": handle,
        "author_url": f"https://snabelen.example/@{handle}",
        "text": text,
        "text_raw": f"<p>{text}</p>",
        "is_html": True,
        "language": "nb",
        "created_at": timezone.now() - timedelta(minutes=30),
        "edited_at": None,
        "permalink": f"https://snabelen.example/@randi/{number}",
        "own": False,
        "visibility": "public",
        "attachments": (),
        "raw": {"id": f"c{number}", "content": text},
    }
    return Item(**{**defaults, **fields})


def make_page(*items: Item, raw: bytes = b"[]", **fields: Any) -> Page:
    return Page(items=items, next_cursor=fields.pop("next_cursor", ""), more=False, raw=raw, **fields)


def make_comment(post: Post | None = None, text: str = "Når åpner svømmehallen?", **fields: Any) -> Comment:
    """A comment that came in through the in-door, as the real ones do."""
    if post is None:
        post = make_post(make_channel(fields.pop("municipality")))
    item = make_item(post, text, **fields)
    with transaction.atomic():
        intake.receive(post.channel, make_page(item), raw_page=None)
    return Comment.objects.select_related("municipality", "channel", "post").get(
        channel=post.channel, external_id=item.external_id
    )

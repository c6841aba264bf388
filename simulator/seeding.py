"""Plants a believable fortnight in an empty book: two municipalities, their posts on five platforms, the comments.

The same start time gives the same book. Posts lie within the last ten days, comments within the last three,
nothing in the future. All people are invented.
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from simulator import clock, media, reading, writing
from simulator.book import Book
from simulator.citizens import citizen_named
from simulator.platforms import PLATFORMS
from simulator.seed.names import FIRST_NAMES, LAST_NAMES, NAMES_ELSEWHERE
from simulator.text import with_prefix

FOLDER = Path(__file__).with_name("seed")
OSLO = ZoneInfo("Europe/Oslo")
SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NIGHT_ENDS_AT = 6
TRIES_FOR_DAYTIME = 12
EVERY_NTH_WITHOUT_MENTION = 8


@dataclass
class Planned:
    """A comment on its way into the book; `answers` is another planned one, or None for the post."""

    fields: dict[str, Any]
    post_id: int
    municipality: str
    author: str
    created_at: int
    platform: str
    mentions_municipality: bool
    answers: "Planned | None" = None
    written_id: int = 0


def plant(book: Book, start: int | None = None) -> bool:
    """Plant everything, once: False and nothing done when the book is not empty. `start` (ms) is now by default."""
    if not book.is_empty():
        return False
    now = clock.now_ms() if start is None else start
    stage = json.loads((FOLDER / "posts.json").read_text(encoding="utf-8"))
    with book.transaction():
        posts_by_topic = {one["username"]: _plant_account(book, one, now) for one in stage["accounts"]}
        shares = {one["username"]: one["share"] for one in stage["accounts"]}
        platforms = {one["username"]: str(one["platform"]) for one in stage["accounts"]}
        planned = _plan(_comments(), posts_by_topic, shares, platforms, now)
        for one in sorted(planned, key=lambda comment: comment.created_at):
            _plant_comment(book, one, now)
            if "picture" in one.fields:
                media.attach(book, one.written_id, one.fields["picture"])
        for account in json.loads((FOLDER / "elsewhere.json").read_text(encoding="utf-8"))["accounts"]:
            _plant_small(book, account, now)
    return True


def _comments() -> list[dict[str, Any]]:
    lines = (FOLDER / "comments.jsonl").read_text(encoding="utf-8").splitlines()
    return sorted((json.loads(line) for line in lines), key=lambda fields: str(fields["topic"]))


def _open(book: Book, fields: dict[str, Any], now: int) -> int:
    """Open a municipality's account; gives its id."""
    new = writing.NewAccount(
        username=fields["username"],
        display_name=fields["display_name"],
        token=fields["token"],
        note=fields["note"],
        kind="municipality",
        platform=fields["platform"],
        created_at=now - 400 * DAY,
    )
    return writing.open_account(book, new)


def _plant_account(book: Book, fields: dict[str, Any], now: int) -> dict[str, tuple[int, int]]:
    """Open the account and write its posts; gives for each topic the post's id and time."""
    author = _open(book, fields, now)
    by_topic = {}
    for post in fields["posts"]:
        created_at = _days_before(now, post["days_ago"], post["at"])
        post_id = writing.write_status(book, writing.NewStatus(author, post["text"], via="seed", created_at=created_at))
        by_topic.update(dict.fromkeys(post["topics"], (post_id, created_at)))
    return by_topic


def _plant_small(book: Book, fields: dict[str, Any], now: int) -> None:
    """Open an account whose comments are written out post by post, and write all of it."""
    author = _open(book, fields, now)
    for post in fields["posts"]:
        created_at = _days_before(now, post["days_ago"], post["at"])
        post_id = writing.write_status(book, writing.NewStatus(author, post["text"], via="seed", created_at=created_at))
        _plant_below(book, post_id, post["comments"], fields["platform"], now)


def _plant_below(book: Book, parent_id: int, comments: list[dict[str, Any]], platform: str, now: int) -> None:
    """Write the comments under something, and what answers them."""
    for fields in comments:
        author = citizen_named(book, fields["author"], browser=None, platform=platform)
        created_at = now - round(fields["hours_ago"] * HOUR)
        new = writing.NewStatus(author.id, fields["text"], parent_id, via="seed", created_at=created_at)
        _plant_below(book, writing.write_status(book, new), fields.get("answers", []), platform, now)


def _plan(
    comments: list[dict[str, Any]],
    posts: dict[str, dict[str, tuple[int, int]]],
    shares: dict[str, int],
    platforms: dict[str, str],
    now: int,
) -> list[Planned]:
    """Give every comment a post, an author and a time. The municipalities take turns by their shares."""
    chance = random.Random(20261121)  # noqa: S311 - the same stage every time
    turns = [name for name, share in shares.items() for _ in range(share)]
    chance.shuffle(turns)
    names = _names(chance)
    threads: dict[int, list[Planned]] = defaultdict(list)
    for number, fields in enumerate(comments):
        municipality = turns[number % len(turns)]
        post_id, posted_at = posts[municipality][fields["topic"]]
        one = Planned(
            fields=fields,
            post_id=post_id,
            municipality=municipality,
            author=next(names) if fields["language"] not in NAMES_ELSEWHERE else _name_elsewhere(fields, chance),
            created_at=_daytime_between(max(posted_at, now - 3 * DAY), now, chance),
            platform=platforms[municipality],
            mentions_municipality=PLATFORMS[platforms[municipality]].by_mention
            and not fields.get("answers")
            and number % EVERY_NTH_WITHOUT_MENTION != 0,
        )
        threads[post_id].append(one)
    for thread in threads.values():
        _nest(thread, now, chance)
    return [one for thread in threads.values() for one in thread]


def _nest(thread: list[Planned], now: int, chance: random.Random) -> None:
    """Put comments that talk to another citizen under one; who is called by name gets that name."""
    answering = [one for one in thread if "answers" in one.fields]
    top = [one for one in thread if "answers" not in one.fields and one.fields["language"] not in NAMES_ELSEWHERE]
    for one in answering:
        if not top:
            return
        one.answers = top.pop(chance.randrange(len(top)))
        called = one.fields["answers"]
        if called:
            one.answers.author = f"{called} {one.answers.author.split(' ', 1)[1]}"
        earliest = one.answers.created_at
        one.created_at = chance.randrange(earliest + SECOND, max(now - SECOND, earliest + 2 * SECOND))


def _plant_comment(book: Book, one: Planned, now: int) -> None:
    author = citizen_named(book, one.author, browser=None, platform=one.platform)
    answered = reading.status(book, one.answers.written_id) if one.answers else None
    names = [one.municipality] if one.mentions_municipality else []
    names += [answered.author.username] if answered and PLATFORMS[one.platform].by_mention else []
    earlier = one.fields.get("earlier")
    one.written_id = writing.write_status(
        book,
        writing.NewStatus(
            author_id=author.id,
            text=with_prefix(earlier or one.fields["text"], names),
            parent_id=answered.id if answered else one.post_id,
            language=one.fields["language"],
            via="seed",
            created_at=one.created_at,
        ),
    )
    if earlier:
        edited_at = min(one.created_at + 7 * MINUTE, now)
        writing.edit_status(book, one.written_id, with_prefix(one.fields["text"], names), edited_at)


def _names(chance: random.Random) -> Iterator[str]:
    """Invented names without end; a full name comes back only when all have been used."""
    everybody = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
    chance.shuffle(everybody)
    while True:
        yield from everybody


def _name_elsewhere(fields: dict[str, Any], chance: random.Random) -> str:
    return chance.choice(NAMES_ELSEWHERE[fields["language"]])


def _days_before(now: int, days: int, at: str) -> int:
    day = (clock.as_datetime(now).astimezone(OSLO) - timedelta(days=days)).date()
    return round(datetime.combine(day, time.fromisoformat(at), OSLO).timestamp() * 1000)


def _daytime_between(earliest: int, now: int, chance: random.Random) -> int:
    """A moment after the earliest and before now; at night only when nothing else is found."""
    moment = earliest + SECOND
    for _ in range(TRIES_FOR_DAYTIME):
        moment = chance.randrange(earliest + SECOND, max(now - MINUTE, earliest + MINUTE))
        if clock.as_datetime(moment).astimezone(OSLO).hour >= NIGHT_ENDS_AT:
            break
    return moment

"""Fills a database for P2: a municipality of many comments, the newest tenth of them open, by COPY.

`python -m benchmarks.pages_fill COMMENTS`, as the owner of the tables: indexes are built when all is there.
"""

import io
import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate, islice
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from inbox.models import Channel, Comment, Post, Reply  # noqa: E402
from team.models import Membership, Municipality, Role, User  # noqa: E402

SEED = 20261121
PAGE_OF_COPY = 50_000
OPEN_SHARE = 0.1
# Of the open ones: what becomes of a hundred.
OPEN = (("NEW", 60), ("TO_ANSWER", 25), ("WAITING", 10), ("IN_REVIEW", 5))
WORDS, SENTENCES = 20_000, 20_000
COLUMNS = """
    municipality_id channel_id post_id external_id parent_external_id permalink visibility author_external_id
    author_name author_handle author_url text language content_hash posted_at answer_by wait_reason received_at
    was_cleaned problems status version sortings flags hints looks_urgent read_by ending ending_reason claim
    entered_from
""".split()  # noqa: SIM905 - a list of 31 is easier to read so
ANSWERED = 20  # of how many that are done, one has an answer of ours


def the_words() -> list[str]:
    """Return invented words, no two alike, the first of them the commonest; the same each time."""
    chance = random.Random(SEED)
    starts = ["br", "sk", "v", "tr", "fl", "st", "h", "l", "m", "n"]
    ends = ["øyt", "ule", "eg", "ann", "ibil", "erie", "avn", "ante", "ugg", "rope"]
    found = dict.fromkeys(
        chance.choice(starts) + chance.choice(ends) + chance.choice(starts) + chance.choice(ends) + str(number % 97)
        for number in range(WORDS * 2)
    )
    return list(found)[:WORDS]


def sentences(chance: random.Random, words: list[str]) -> list[str]:
    """Return sentences in which the words are as common as words are (Zipf): the first in about a third of them."""
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    return [" ".join(chance.choices(words, cum_weights=weights, k=12)) for _ in range(SENTENCES)]


def rows(count: int, place: dict[str, Any]) -> Iterator[str]:
    """Yield the comments as lines of COPY: the open ones are the newest, spread over the posts."""
    chance = random.Random(SEED)
    said = sentences(chance, place["words"])
    statuses = [status for status, share in OPEN for _ in range(share)]
    now: datetime = place["now"]
    first_open = int(count * (1 - OPEN_SHARE))
    for number in range(count):
        is_open = number >= first_open
        status = statuses[number % 100] if is_open else "DONE"
        posted = now - timedelta(seconds=(count - number) * 20)
        answer_by = posted + timedelta(days=1 if number % 3 else 400)
        sortings = "{}" if status == "NEW" else "{neutral}"
        hints = "{political}" if number % 9 == 0 else "{}"
        urgent = "t" if is_open and number % 997 == 0 else "f"
        post = place["posts"][chance.randrange(len(place["posts"]))]
        name = f"{chance.choice(place['words']).title()} Prøve"
        text = f"{chance.choice(said)}. {chance.choice(said)} {number}."
        yield (
            "\t".join(
                [
                    *(
                        str(place["municipality"]),
                        str(place["channels"][post]),
                        str(post),
                        f"c{number}",
                        "",
                        "",
                        "",
                        "",
                    ),
                    *(name, "", "", text, "nb", f"{number:064x}", posted.isoformat(), answer_by.isoformat(), ""),
                    *(posted.isoformat(), "f", "{}", status, "1", sortings, "{}", hints, urgent, "1", "", "", "", ""),
                ]
            )
            + "\n"
        )


def in_pages(lines: Iterator[str]) -> Iterator[io.StringIO]:
    """Gather lines into files of PAGE_OF_COPY lines."""
    page, held = io.StringIO(), 0
    for line in lines:
        page.write(line)
        held += 1
        if held == PAGE_OF_COPY:
            page.seek(0)
            yield page
            page, held = io.StringIO(), 0
    page.seek(0)
    yield page


def fill(count: int) -> Membership:
    """Make a municipality with so many comments by COPY; indexes are built when all are there."""
    town = Municipality.objects.create(name="Prøve", slug="prove", number="9999")
    user = User.objects.create_user("ola@prove.example", name="Ola Prøve")
    member = Membership.objects.create(user=user, municipality=town, role=Role.MEMBER)
    channels = [
        Channel.objects.create(municipality=town, platform=platform, name=f"Prøve på {platform}")
        for platform in ("facebook", "instagram", "mastodon")
    ]
    now = timezone.now()
    posts = Post.objects.bulk_create(
        Post(
            municipality=town,
            channel=channels[number % 3],
            external_id=f"p{number}",
            text=f"Innlegg {number}",
            posted_at=now,
        )
        for number in range(max(20, count // 500))
    )
    place = {
        "municipality": town.pk,
        "channels": {one.pk: one.channel_id for one in posts},
        "posts": [one.pk for one in posts],
        "words": the_words(),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'inbox_comment'"
            " AND indexdef NOT LIKE 'CREATE UNIQUE%'"
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for page in in_pages(rows(count, place)):
            cursor.copy_expert(f"COPY inbox_comment ({', '.join(COLUMNS)}) FROM STDIN", page)
        for _name, definition in indexes:
            cursor.execute(definition)
    answer(member, channels[0])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return member


def answer(member: Membership, channel: Channel) -> None:
    """Give some of what is done an answer that stands published, in the words of the comment."""
    done = Comment.objects.filter(status="DONE").order_by("pk").values_list("pk", "text", "posted_at")
    for number, page in enumerate(batched(done.iterator(chunk_size=5000), 5000)):
        Reply.objects.bulk_create(
            Reply(
                municipality_id=member.municipality_id,
                channel=channel,
                comment_id=pk,
                status="PUBLISHED",
                text=f"Takk for at du spør. {text}",
                author=member,
                external_id=f"r{number}-{pk}",
                published_at=posted_at + timedelta(hours=3),
            )
            for pk, text, posted_at in page[::ANSWERED]
        )


def batched(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    """Yield the rows as lists of that size, the last one shorter."""
    while page := list(islice(rows, size)):
        yield page


if __name__ == "__main__":
    fill(int(sys.argv[1]))

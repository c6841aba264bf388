"""The load of P2: pages of a municipality with many comments, asked for in this process. `benchmarks.pages` starts it.

`python -m benchmarks.pages_load COMMENTS`, on what `benchmarks.pages_fill` has filled, answers lines of JSON on
standard input, the name of a page and how many times to ask for it, with CPU (ours and PostgreSQL's) and wall times.
"""

import json
import logging
import re
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

django.setup()

from django.db import connection  # noqa: E402
from django.template import Context, Template  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks import pages_fill  # noqa: E402
from inbox import queue  # noqa: E402
from inbox.models import Comment  # noqa: E402
from team.models import Membership  # noqa: E402

HASH = len(".0123456789ab")  # what a file's name grows by in production
# What fifty rows cost at the least: a plain page of them, without database, frame or translation.
PLAIN = """<!doctype html><html><body><ul>{% for one in rows %}<li id="k{{ one.pk }}"><a href="/k/{{ one.pk }}/">
{{ one.author_name }}</a> <span>{{ one.post.title|truncatechars:30 }}</span><p>{{ one.text|truncatechars:62 }}</p>
{% for tag in one.hints %}<b>{{ tag }}</b>{% endfor %}<time datetime="{{ one.posted_at|date:"Y-m-d\\TH:iO" }}">
{{ one.posted_at|date:"j. F Y H:i" }}</time> {{ one.answer_by|date:"j. F H:i" }}</li>{% endfor %}</ul></body></html>"""


class Load:
    """Asks for pages as one member, and says what they cost."""

    def __init__(self, member: Membership, comments: int) -> None:
        self.client = Client(HTTP_HOST="127.0.0.1")
        self.client.force_login(member.user)
        self.member = member
        newest = Comment.objects.filter(status="NEW").order_by("-posted_at").first()
        assert newest
        self.pages = {
            "queue": reverse("inbox:queue"),
            "deep": f"{reverse('inbox:queue')}?{urlencode({'etter': self.deep_mark(comments)})}",
            "to-answer": reverse("inbox:queue", args=["skal-besvares"]),
            "done": reverse("inbox:queue", args=["ferdig"]),
            "conversation": reverse("inbox:comment", args=[newest.pk]),
            **{
                f"search-{kind}": f"{reverse('inbox:search')}?{urlencode({'q': words})}"
                for kind, words in asked().items()
            },
        }
        self.plain = Template(PLAIN)
        self.plain_rows = list(queue.rows_of(member, "nye")[: queue.PAGE])

    def deep_mark(self, comments: int) -> str:
        """Return where page 1,000 begins (page 10 of 10,000 comments): found by counting."""
        at, beyond = timezone.now(), comments // 1000 * queue.PAGE
        rows = queue.rows_of(self.member, "nye")
        for section in queue.sections_of("nye", queue.EVERYTHING, at):
            there = section.read(rows, backwards=False, beyond=None)
            if row := there[beyond : beyond + 1].first():
                return str(queue.Mark(section.name, at, section.place_of(row)))
            beyond -= there.count()
        raise RuntimeError("there are too few rows for a deep page")

    def ask(self, page: str, times: int) -> dict[str, Any]:
        """Ask so many times; CPU seconds a time, wall milliseconds of each, and what the last answer weighed."""
        walls: list[float] = []
        weight = 0
        begun = time.process_time() + backend_cpu()
        for _ in range(times):
            since = time.perf_counter()
            weight = self.one(page)
            walls.append((time.perf_counter() - since) * 1000)
        spent = time.process_time() + backend_cpu() - begun
        return {"cpu_ms": spent / times * 1000, "walls": walls, "bytes": weight}

    def one(self, page: str) -> int:
        if page == "plain":
            return len(self.plain.render(Context({"rows": self.plain_rows})))
        response = self.client.get(self.pages[page])
        assert response.status_code == 200, response.status_code
        html = response.content
        return len(html) + HASH * len(re.findall(rb"/static/[^\"#?]+\.\w+", html))


def asked() -> dict[str, str]:
    """Return what is searched for: the commonest word, one of the middle, a rare one, one nobody wrote, and two."""
    words = pages_fill.the_words()
    return {
        "common": words[0],
        "middle": words[300],
        "rare": words[-1],
        "none": "finnesikkenoensted",
        "two-common": f"{words[0]} {words[1]}",
        "two-apart": f"{words[2]} {words[500]}",
    }


def backend_cpu() -> float:
    """Return the CPU seconds of this connection's process in PostgreSQL; 0 when it runs on another machine."""
    connection.ensure_connection()
    try:
        told = Path(f"/proc/{connection.connection.get_backend_pid()}/schedstat").read_text(encoding="ascii")
    except FileNotFoundError:
        return 0.0
    return int(told.split()[0]) / 1e9


def main() -> None:
    """Answer until the input ends."""
    logging.disable(logging.INFO)
    load = Load(Membership.objects.get(), int(sys.argv[1]))
    for line in sys.stdin:
        wanted = json.loads(line)
        print(json.dumps(load.ask(wanted["page"], wanted["times"])), flush=True)


main()

"""The papers of the case in Fjellvik, and the texts nobody should be able to spoil them with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from archive.documents import (
    Attachment,
    HandlingLog,
    IncomingComment,
    LogRow,
    OutgoingReply,
    Passage,
    Version,
    font_paths_in,
)
from tests.archive.fjellvik import KARI, PERMALINK, ROOT, SHARED

FONTS = font_paths_in(ROOT / "node_modules")
HOSTILE = SHARED / "hostile" / "comments.open.jsonl"


def incoming_comment(
    text: str = "Når blir Furuvegen brøytet? Det er 30 cm snø. 😡", **changes: object
) -> IncomingComment:
    written = datetime(2026, 11, 20, 6, 42, tzinfo=UTC)
    plain = IncomingComment(
        municipality="Fjellvik kommune",
        number="SD-0147",
        made_at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        platform="Facebook",
        account="Fjellvik kommune",
        author="Kari Eksempel",
        handle="@kari.eksempel",
        permalink=PERMALINK,
        published_at=written,
        captured_at=written + timedelta(minutes=3),
        versions=(Version(number=1, text=text, written_at=written, captured_at=written + timedelta(minutes=3)),),
        post=Passage(
            kind="Kommunens innlegg",
            author="Fjellvik kommune",
            text="Vi brøyter skolevegene først.",
            published_at=written - timedelta(hours=4),
        ),
    )
    return replace(plain, **changes)


def edited_comment(latest: str) -> IncomingComment:
    """A comment with a parent, an earlier version and a picture, gone from the platform."""
    first = incoming_comment().versions[0]
    return incoming_comment(
        versions=(first, Version(number=2, text=latest, written_at=first.written_at + timedelta(hours=1))),
        parents=(Passage(kind="Kommentar", author="Ola Eksempel", text="Bra jobba", published_at=first.written_at),),
        attachments=(Attachment(name="bilde 1.png", description="Snødekt veg"), Attachment(name="bilde 2.png")),
        deleted_at=first.written_at + timedelta(hours=2),
    )


def outgoing_reply(text: str = "Hei, Kari. Furuvegen blir brøytet før kl. 07.") -> OutgoingReply:
    published = datetime(2026, 11, 20, 8, 42, tzinfo=UTC)
    return OutgoingReply(
        municipality="Fjellvik kommune",
        number="SD-0147",
        made_at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        platform="Facebook",
        account="Fjellvik kommune",
        recipient="Kari Eksempel",
        handle="@kari.eksempel",
        permalink=PERMALINK,
        published_at=published,
        versions=(Version(number=1, text=text, written_at=published),),
        written_by="Ola Respons",
        approved_by="Wenche Webansvarlig",
        approved_at=published - timedelta(minutes=5),
        published_by="Ola Respons",
        context=(Passage(kind="Kommentar", author=KARI, text="Når blir Furuvegen brøytet?", published_at=published),),
        notices=("Saken må sendes som formell henvendelse til kommunen.",),
    )


def handling_log(rows: int = 8, what: str = "Sorterte kommentaren som saksbehandling") -> HandlingLog:
    start = datetime(2026, 11, 20, 6, 45, tzinfo=UTC)
    return HandlingLog(
        municipality="Fjellvik kommune",
        number="SD-0147",
        made_at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
        rows=tuple(
            LogRow(
                at=start + timedelta(minutes=7 * number), who="Ola Respons", role="Kommunikasjonsrådgiver", what=what
            )
            for number in range(rows)
        ),
        facts=(("Sak", "Brøyting av Furuvegen"),),
    )


@cache
def hostile_texts() -> tuple[str, ...]:
    """A few texts nobody should be able to break a page with, each a class of its own."""
    return (
        "",
        " \n\n ",
        "]]> <script>alert(1)</script> &amp; <!-- -->",
        '#eval("1+1") *fet* $x^2$ \\ @ref <label> // kommentar',
        "nul\x00 bjelle\x07 rømning\x1b slutt\x9c",
        "\ud800 løs halvdel \udfff \ufffe \uffff \ufdd0 \U0010ffff",
        "\u202eførpmus \u2066isolert \u2069\u200f",
        "\u2068" * 4000 + "x",
        "a" + "\u0301" * 5000,
        "q\u0301\u0327\u0345\u20dd",
        "👨\u200d👩\u200d👧 🇳🇴 👍🏽 1️⃣ ❤️",
        "🇳🇴" * 2000,
        "👨\u200d" * 2000,
        "čšžŋđŧáâ Sámi",
        "漢字かな 한국어 ሰላም தமிழ் ไทย हिन्दी",
        "مرحبا، متى يُزال الثلج؟ 123",
        "שלום abc",
        "\U00012000\U00012001 \ue000 \U0010fffd \u0378",
        "W" * 60_000,
        "å\n" * 5_000,
        "\n" * 60_000,
        "ord " * 15_000,
        "\U00012000" * 20_000,
    )

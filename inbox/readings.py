"""What the detectors make of our comments: the municipality's own contacts put in, the findings stored and fetched."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from inbox.models import Comment, CommentVersion, Finding
from inbox.reading.comment import read_comment
from inbox.reading.findings import VERSION, Context, Findings, Kind, Strength
from inbox.reading.findings import Finding as Seen
from inbox.reading.tokens import tokens_of
from inbox.workflow import CommentStatus
from team.models import Municipality, Unit

TOLD_BY_PLATFORM = frozenset({"nb", "nn", "en"})  # what we trust a platform to tell apart


def context_for(municipality: Municipality) -> Context:
    """Return what is the municipality's own: addresses, numbers and names that are never anybody's personal data."""
    units = Unit.objects.filter(municipality=municipality).values_list("name", "email")
    site = urlsplit(municipality.website).hostname or ""
    contacts = {municipality.enquiry_email, municipality.sender_email, municipality.organisation_number}
    contacts |= {email for _, email in units} | {*municipality.own_phones, *municipality.own_accounts}
    if site:
        contacts.add(f"@{site.removeprefix('www.')}")
    names = {municipality.name, *(name for name, _ in units), *municipality.political_bodies}
    bodies = filter(None, map(_as_listed, municipality.political_bodies))
    return Context(frozenset(filter(None, contacts)), frozenset(names), frozenset(bodies))


def _as_listed(body: str) -> str:
    """Return the name of a political body as an entry of a word list; its last word with any ending."""
    words = " ".join(token.word for token in tokens_of(body))
    return f"{words}*" if words else ""


def read(text: str, context: Context) -> Findings:
    """Return what the detectors see in a text from the public."""
    return read_comment(text, context)


def language_of(told: str, findings: Findings) -> str:
    """Return the language to keep: the platform's word for bokmål, nynorsk and English, else our own guess."""
    return told if told in TOLD_BY_PLATFORM or not findings.language else findings.language


def store(read_now: Iterable[tuple[Comment, int, Findings]]) -> None:
    """Store the findings of these versions of comments, in one statement."""
    Finding.objects.bulk_create(
        [
            Finding(
                comment=comment,
                version_number=number,
                kind=one.kind.value,
                start=one.start,
                end=one.end,
                rule=one.rule,
                reason=one.reason,
                is_firm=one.strength is Strength.FIRM,
                detectors=VERSION,
            )
            for comment, number, findings in read_now
            for one in findings.items
        ]
    )


def findings_of(comment: Comment) -> list[Seen]:
    """Return what was seen in the comment as it stands now."""
    latest = CommentVersion.objects.filter(comment=comment).order_by("-number").values("number")[:1]
    return as_seen(Finding.objects.filter(comment=comment, version_number=Subquery(latest)))


def as_seen(rows: Iterable[Finding]) -> list[Seen]:
    """Return stored findings as the detectors handed them over."""
    return [
        Seen(row.start, row.end, Kind(row.kind), row.rule, row.reason, Strength.FIRM if row.is_firm else Strength.SOFT)
        for row in rows
    ]


def unread(municipality: Municipality | None = None) -> QuerySet[Comment]:
    """Return what the public wrote that today's detectors have not read as it stands, of one municipality or of all.

    Not what is sealed: its words are away, and what was seen in them still holds.
    """
    comments = Comment.objects.filter(read_by__lt=VERSION, sealed_at=None).exclude(status=CommentStatus.OURS)
    return comments.filter(municipality=municipality) if municipality else comments


@transaction.atomic
def read_some_again(municipality: Municipality, *, after: int = 0, most: int = 500) -> int | None:
    """Read the next comments, by id, that today's detectors have not read; return the last id, None when none is left.

    Only proposals change: findings of the text as it stands, and the hints drawn from them. What a person decided,
    earlier versions and the language stay.
    """
    latest = CommentVersion.objects.order_by("-number").values("number")
    wanted = unread(municipality).filter(pk__gt=after).order_by("pk")
    comments = list(
        wanted.select_for_update(no_key=True, of=("self",)).annotate(
            latest=Subquery(latest.filter(comment=OuterRef("pk"))[:1])
        )[:most]
    )
    if not comments:
        return None
    context = context_for(municipality)
    seen = [(one, one.latest or 1, read(one.text, context)) for one in comments]
    for one, _number, findings in seen:
        one.hints, one.looks_urgent, one.read_by = findings.hints, "urgent" in findings.hints, VERSION
    before = Finding.objects.filter(comment__in=comments)
    before.filter(version_number=Subquery(latest.filter(comment=OuterRef("comment"))[:1])).delete()
    store(seen)
    Comment.objects.bulk_update(comments, ["hints", "looks_urgent", "read_by"])
    return comments[-1].pk


def forget_readings(municipality: Municipality) -> int:
    """Let every comment count as unread, so that `read_some_again` takes them all; returns how many there are."""
    read_before = Comment.objects.filter(municipality=municipality, read_by__gt=0).exclude(status=CommentStatus.OURS)
    return read_before.update(read_by=0)

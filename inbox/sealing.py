"""The seal: a reversible erasure (docs/decisions/0011).

The words of a comment and the names of its sender are moved out of every row into one that is encrypted, so that every
page, list, search, mail and export that copes with an erased comment shows nothing. They are moved back when the seal
is opened. What must know them (checks, publishing, evidence, the archive) asks here for a comment that is never saved.
"""

import json

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files.closed import Shelf, Words, as_was, put_back, take_out
from inbox.models import Attachment, Comment, CommentVersion, Forwarding, Seal
from notices.models import Notice
from team.models import Membership

WORDS_OF_COMMENT = ("text", "author_name", "author_handle", "author_url", "permalink", "claim", "problems")
WORDS_OF_VERSION = ("text", "text_raw", "author_name", "raw")
WORDS_OF_ATTACHMENT = ("url", "alt")  # `source_url` stays: it is what a picture that waits is fetched from


Why = Seal.Why
WHAT_TO_DO = {
    Why.CHILD: gettext_lazy(
        "Ring barnevernvakta, eller Alarmtelefonen for barn og unge på 116 111. Skriv ikke noe om barnet i e-post."
    ),
    Why.PERSONAL: gettext_lazy("Gjenta ikke opplysningene i svar, notater eller e-post."),
    Why.THREAT: gettext_lazy(
        "Bevis først: ikke skjul eller svar. Varsle leder, og meld fra til politiet på 02800, ved fare nå 112."
    ),
    Why.OTHER: gettext_lazy("Gjenta ikke innholdet i svar, notater eller e-post."),
}


def what_to_do(why: str) -> str:
    """Return what a person does about a comment that is sealed for this reason (product.md section 2)."""
    return str(WHAT_TO_DO[Why(why)])


def instead_of_mail(comment: Comment) -> str:
    """Return why the sealed comment goes out by no mail, and what to do instead."""
    why = Seal.objects.values_list("why", flat=True).get(comment_id=comment.pk)
    call = "" if why in {Why.CHILD, Why.THREAT} else _("Ring mottakeren.")
    said = [_("Innholdet er forseglet og sendes ikke på e-post."), call, what_to_do(why)]
    return " ".join(part for part in said if part)


def _shelves(comment: Comment) -> dict[str, Shelf]:
    forwardings = Forwarding.objects.filter(comment=comment)
    mails = [f"forwarding.send:{key}:{n + 1}" for key, sent in forwardings.values_list("key", "sendings")
             for n in range(sent)]  # fmt: skip
    return {
        "comment": Shelf(Comment.objects.filter(pk=comment.pk), WORDS_OF_COMMENT),
        "versions": Shelf(CommentVersion.objects.filter(comment=comment), WORDS_OF_VERSION),
        "attachments": Shelf(Attachment.objects.filter(comment=comment), WORDS_OF_ATTACHMENT),
        "forwardings": Shelf(forwardings, ("text",)),
        "mails": Shelf(Notice.objects.filter(municipality_id=comment.municipality_id, key__in=mails), ("body",)),
    }


def close(comment: Comment, *, why: str, remark: str, by: Membership) -> Seal:
    """Move the words into a new seal, inside the caller's transaction. The comment must be locked and not sealed."""
    words = take_out(_shelves(comment), {})
    return Seal.objects.create(
        comment=comment, why=why, remark=remark, sealed_by=by, sealed_at=timezone.now(), words=json.dumps(words)
    )


def break_open(comment: Comment) -> None:
    """Put the words back where they stood and forget the seal, inside the caller's transaction."""
    seal = Seal.objects.get(comment=comment)
    put_back(_shelves(comment), json.loads(seal.words))
    seal.delete()


def lift(comment: Comment) -> Seal:
    """Put the words back for a moment, inside one transaction: `lay_down` must follow before it ends."""
    seal = Seal.objects.select_for_update(no_key=True).get(comment=comment)
    put_back(_shelves(comment), json.loads(seal.words))
    return seal


def lay_down(comment: Comment, seal: Seal) -> None:
    """Take the words out again, those that came meanwhile with them."""
    seal.words = json.dumps(take_out(_shelves(comment), {}))
    seal.save(update_fields=["words"])


def opened(comment: Comment) -> Comment:
    """Return the comment with its words, `versions` and `attachments` too: in memory alone, never to be saved.

    The comment itself where it is not sealed. Only for what shows nobody the words, or has logged who sees them.
    """
    if not comment.sealed_at:
        return comment
    words: Words = json.loads(Seal.objects.get(comment_id=comment.pk).words)
    related = ("municipality", "channel", "post", "parent", "answered_reply")
    copy = Comment.objects.select_related(*related).get(pk=comment.pk)
    beside = Prefetch("attachments", queryset=Attachment.objects.select_related("original", "shown"))
    prefetch_related_objects([copy], "versions", beside)
    rows = {"comment": [copy], "versions": copy.versions.all(), "attachments": copy.attachments.all()}
    for name, found in rows.items():
        for row in found:
            for field, value in words.get(name, {}).get(str(row.pk), {}).items():
                setattr(row, field, as_was(value))
    copy.sealed_at = None
    return copy


def may_read(comment: Comment, member: Membership) -> bool:
    """Tell whether this person may open the seal: a lead, who sealed it, and who has the comment."""
    if member.may_approve or comment.assignee_id == member.pk:
        return True
    return Seal.objects.filter(comment_id=comment.pk, sealed_by=member).exists()

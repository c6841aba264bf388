"""What answers what: ties each comment to the comment it stands under, and to the reply of ours it answers.

A published reply of ours is no comment here. Who answers it stands under the comment that it answered
(`Comment.parent`), and says which reply it was (`Comment.answered_reply`). Either may come before the other is known.
"""

from collections.abc import Collection, Mapping, Sequence

from inbox.models import Channel, Comment, Post, Reply, ReplyPart


def tie(channel: Channel, rows: Sequence[Comment]) -> None:
    """Set the parent of new rows, and of older rows whose parent came late."""
    by_id = {row.external_id: row for row in rows}
    wanted = {row.parent_external_id for row in rows} - by_id.keys() - {""}
    wanted -= {row.post.external_id for row in rows if row.post}  # those stand under the post itself
    if wanted:
        by_id |= {one.external_id: one for one in Comment.objects.filter(channel=channel, external_id__in=wanted)}
    replies = _our_replies(channel, wanted - by_id.keys())
    waiting = _without_parent(channel, [row.external_id for row in rows])
    _put_under({one.pk: one for one in [*rows, *waiting]}.values(), by_id, replies)


def tie_to_our_replies(channel: Channel, external_ids: Collection[str]) -> None:
    """Set the parent of those who answered these replies of ours before we knew that the replies were ours."""
    if waiting := _without_parent(channel, external_ids):
        _put_under(waiting, {}, _our_replies(channel, external_ids))


def adopt_orphans(channel: Channel) -> int:
    """Give comments their post when the post was read after them. Returns how many found theirs."""
    orphans = Comment.objects.filter(channel=channel, post=None).exclude(parent_external_id="")
    rows = list(orphans.select_related("parent__post"))
    wanted = [one.parent_external_id for one in rows]
    posts = {post.external_id: post for post in Post.objects.filter(channel=channel, external_id__in=wanted)}
    found = [one for one in rows if _find_post(one, posts)]
    return Comment.objects.bulk_update(found, ["post"])


def _without_parent(channel: Channel, external_ids: Collection[str]) -> list[Comment]:
    if not external_ids:
        return []
    return list(Comment.objects.filter(channel=channel, parent=None, parent_external_id__in=external_ids))


def _our_replies(channel: Channel, external_ids: Collection[str]) -> dict[str, Reply]:
    """Return our replies by the ids they, or parts of them, have on the platform."""
    if not external_ids:
        return {}
    there = {"channel": channel, "external_id__in": external_ids}
    parts = ReplyPart.objects.filter(**there).select_related("reply__comment")
    replies = Reply.objects.filter(**there).select_related("comment")
    return {part.external_id: part.reply for part in parts} | {reply.external_id: reply for reply in replies}


def _put_under(rows: Collection[Comment], comments: Mapping[str, Comment], replies: Mapping[str, Reply]) -> None:
    tied = [row for row in rows if _find_parent(row, comments, replies)]
    Comment.objects.bulk_update(tied, ["parent", "answered_reply", "post"])


def _find_parent(row: Comment, comments: Mapping[str, Comment], replies: Mapping[str, Reply]) -> bool:
    """Set the row's parent, and the post it has from there when its own answer did not tell which."""
    reply = replies.get(row.parent_external_id)
    parent = reply.comment if reply else comments.get(row.parent_external_id)
    if parent is None or parent.pk == row.pk:
        return False
    row.parent, row.answered_reply = parent, reply
    row.post_id = row.post_id or parent.post_id
    return True


def _find_post(comment: Comment, posts: Mapping[str, Post]) -> bool:
    """Set the comment's post from its parent's id, or from its parent's post."""
    comment.post = posts.get(comment.parent_external_id) or (comment.parent.post if comment.parent else None)
    return comment.post is not None

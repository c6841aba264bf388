"""JSON as a Bluesky server (PDS with AppView, 2026) gives it; keys and types as in recorded answers of a real one."""

from typing import Any

from simulator import clock, media
from simulator.dialects import bluesky_names as names
from simulator.dialects.bluesky_records import Record
from simulator.reading import Account, Status

THREAD_VIEW = "app.bsky.feed.defs#threadViewPost"
NOT_FOUND = "app.bsky.feed.defs#notFoundPost"

Json = dict[str, Any]


def author_json(account: Account) -> Json:
    """An account as it stands beside what it wrote."""
    return {
        "did": names.did_of(account.id),
        "handle": names.handle_of(account.username),
        "displayName": account.display_name,
        "associated": {"activitySubscription": {"allowSubscriptions": "followers"}},
        "viewer": {"muted": False, "mutedOnlyReposts": False, "mutedOnlyQuoteposts": False, "blockedBy": False},
        "labels": [],
    }


def profile_json(account: Account) -> Json:
    """An account by itself."""
    more = {"description": account.note, "followersCount": 0, "followsCount": 0, "postsCount": account.statuses_count}
    return {**author_json(account), **more, "indexedAt": clock.iso(account.created_at)}


def session_json(account: Account) -> Json:
    """The account a session is for."""
    handle = names.handle_of(account.username)
    return {
        "did": names.did_of(account.id),
        "handle": handle,
        "email": f"{account.username}@example.test",
        "emailConfirmed": False,
        "active": True,
    }


def post_json(status: Status, record: Record, gate: Record | None, like: str, base_url: str) -> Json:
    """A post; `gate` is the threadgate of its thread, `like` the address of the viewer's like or ""."""
    is_root = status.root_id == status.id
    return {
        "uri": record.uri,
        "cid": record.cid,
        "author": author_json(status.author),
        "record": record.value,
        **_embed(status, base_url),
        "bookmarkCount": 0,
        "replyCount": status.replies_count,
        "repostCount": 0,
        "likeCount": status.favourites_count,
        "quoteCount": 0,
        "indexedAt": clock.iso(status.created_at),
        "viewer": {
            "bookmarked": False,
            "threadMuted": False,
            **({"replyDisabled": False} if gate else {}),
            **({"like": like} if like else {}),
            "embeddingDisabled": False,
        },
        "labels": [],
        **({"threadgate": gate_json(gate)} if gate and is_root else {}),
    }


def _embed(status: Status, base_url: str) -> Json:
    """The pictures as the AppView shows them; nothing for a post without."""
    where = [(one, media.address(base_url, one.id)) for one in status.pictures]
    ratio = {"width": media.WIDTH, "height": media.HEIGHT}
    images = [{"thumb": url, "fullsize": url, "alt": one.alt, "aspectRatio": ratio} for one, url in where]
    return {"embed": {"$type": "app.bsky.embed.images#view", "images": images}} if images else {}


def gate_json(gate: Record) -> Json:
    """The threadgate of a post."""
    return {"uri": gate.uri, "cid": gate.cid, "record": gate.value, "lists": []}


def notification_json(status: Status, record: Record, reason: str, subject: str) -> Json:
    """Somebody answered or mentioned us; `subject` is the post of ours it concerns, "" for none."""
    return {
        "uri": record.uri,
        "cid": record.cid,
        "author": author_json(status.author),
        "reason": reason,
        **({"reasonSubject": subject} if subject else {}),
        "record": record.value,
        "isRead": False,
        "indexedAt": clock.iso(status.created_at),
        "labels": [],
    }


def written_json(record: Record, *, changed: bool) -> Json:
    """The answer to a record written; without `commit` when it was there already."""
    commit = {"commit": {"cid": names.cid_of([record.cid]), "rev": names.rkey_of(clock.now_ms() << 16)}}
    return {"uri": record.uri, "cid": record.cid, **(commit if changed else {}), "validationStatus": "valid"}


def node_json(post: Json) -> Json:
    """A post as a node of a thread."""
    return {"post": post, "threadContext": {}, "$type": THREAD_VIEW}


def not_found_json(uri: str) -> Json:
    """A node for a post that is gone."""
    return {"uri": uri, "notFound": True, "$type": NOT_FOUND}

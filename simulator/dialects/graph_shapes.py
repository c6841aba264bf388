"""JSON as the Graph API gives it; keys and types as in recorded answers. Only what is asked for, nothing empty."""

from collections.abc import Callable, Mapping
from typing import Any

from simulator import clock, media
from simulator.dialects.graph_fields import Wanted
from simulator.dialects.graph_nodes import FACEBOOK, Node
from simulator.reading import Account, Picture

Json = dict[str, Any]
Lists = Callable[[Node, str, Wanted], Json]

COMMENT_DEFAULT = ("created_time", "from", "message", "id")
POST_DEFAULT = ("created_time", "message", "id")
MEDIA_DEFAULT = ("id",)
ANSWER_DEFAULT = ("timestamp", "text", "id")


class NoSuchFieldError(LookupError):
    """A field that this kind of node does not have."""


def moment(at: int) -> str:
    """Milliseconds as the Graph API writes times: 2021-08-10T18:45:03+0000."""
    return clock.as_datetime(at).strftime("%Y-%m-%dT%H:%M:%S+0000")


def node_json(found: Node, wanted: Mapping[str, Wanted], base_url: str, lists: Lists) -> Json:
    """A post or comment with the fields asked for; `lists` gives the lists inside it."""
    known, default = _kind(found)
    shown: Json = {}
    for name in wanted or dict.fromkeys(default):
        asked = wanted.get(name) or Wanted()
        if name in ("comments", "replies"):
            shown[name] = lists(found, name, asked)
        elif name not in known:
            raise NoSuchFieldError(name)
        elif (value := known[name](found, base_url)) is not None:
            shown[name] = value
    shown.setdefault("id", found.id)
    return {name: value for name, value in shown.items() if value != {"data": []}}


def account_json(account: Account, wanted: Mapping[str, Wanted]) -> Json:
    """The Page, with the Instagram account that is tied to it when asked for."""
    plain = {"id": str(account.id), "name": account.name, "username": account.username}
    shown: Json = {name: plain[name] for name in wanted if name in plain} or {"id": plain["id"], "name": plain["name"]}
    if "instagram_business_account" in wanted:
        inside = wanted["instagram_business_account"].inside
        shown["instagram_business_account"] = {name: plain[name] for name in ("id", *inside) if name in plain}
    return shown | {"id": plain["id"]}


def mention_json(found: Node, wanted: Wanted, base_url: str) -> Json:
    """A comment that names the account where it owns nothing: what is told of it, and no more."""
    told = {"id", "like_count", "text", "timestamp", "username"} & set(wanted.inside or {"id": Wanted()})
    return {name: ANSWER[name](found, base_url) for name in told}


def _kind(found: Node) -> tuple[Mapping[str, Callable[[Node, str], Any]], tuple[str, ...]]:
    if found.platform == FACEBOOK:
        return (FACEBOOK_POST, POST_DEFAULT) if found.is_post else (FACEBOOK_COMMENT, COMMENT_DEFAULT)
    return (MEDIA, MEDIA_DEFAULT) if found.is_post else (ANSWER, ANSWER_DEFAULT)


def _author(found: Node, _base: str) -> Json:
    return {"name": found.status.author.name, "id": str(found.status.author.id)}


def _permalink(found: Node, base: str) -> str:
    page = f"{base}/{found.owner.id}/posts/{found.status.root_id}"
    if found.is_post:
        return page
    query = f"?comment_id={found.top or found.status.id}"
    return page + "/" + query + (f"&reply_comment_id={found.status.id}" if found.top else "")


def _ours(found: Node) -> bool:
    return found.status.author.id == found.owner.id


def _attachment(found: Node, base: str) -> Json | None:
    """A comment carries one picture."""
    return _photo(found.status.pictures[0], base) if found.status.pictures else None


def _attachments(found: Node, base: str) -> Json | None:
    """A post's pictures: one as a photo, several as an album with the photos inside."""
    photos = [_photo(one, base) for one in found.status.pictures]
    if len(photos) < 2:
        return {"data": [{**one, "media_type": "photo"} for one in photos]} if photos else None
    page = _permalink(found, base)
    album: Json = {"type": "album", "media_type": "album", "title": f"Photos from {found.owner.name}'s post"}
    album |= {"url": page, "unshimmed_url": page, "target": {"id": str(found.status.id), "url": page}}
    inside = [{name: value for name, value in one.items() if name != "title"} for one in photos]
    return {"data": [album | {"subattachments": {"data": inside}}]}


def _photo(picture: Picture, base: str) -> Json:
    """A picture; `url` is the page it stands on."""
    image = {"height": media.HEIGHT, "width": media.WIDTH, "src": media.address(base, picture.id)}
    page = f"{base}/photo.php?fbid={picture.id}"
    target = {"id": str(picture.id), "url": page}
    return {"type": "photo", "title": picture.alt, "url": page, "target": target, "media": {"image": image}}


FACEBOOK_POST: Mapping[str, Callable[[Node, str], Any]] = {
    "id": lambda found, _: found.id,
    "from": _author,
    "message": lambda found, _: found.status.text,
    "created_time": lambda found, _: moment(found.status.created_at),
    "permalink_url": _permalink,
    "is_hidden": lambda _found, _: False,
    "attachments": lambda found, base: _attachments(found, base),
}
FACEBOOK_COMMENT: Mapping[str, Callable[[Node, str], Any]] = {
    "id": lambda found, _: found.id,
    "from": _author,
    "message": lambda found, _: found.status.text,
    "created_time": lambda found, _: moment(found.status.created_at),
    "permalink_url": _permalink,
    "parent": lambda found, _: {"id": found.parent_id} if found.parent_id else None,
    "object": lambda found, _: {"id": found.post_id},
    "is_hidden": lambda found, _: found.hidden,
    "is_private": lambda _found, _: False,
    "can_hide": lambda found, _: not _ours(found),
    "can_remove": lambda _found, _: True,
    "can_comment": lambda found, _: found.top is None,
    "can_like": lambda _found, _: True,
    "can_reply_privately": lambda found, _: not _ours(found) and not found.answered_privately,
    "private_reply_conversation": lambda found, _: {"id": f"t_{found.status.id}"} if found.answered_privately else None,
    "comment_count": lambda found, _: found.answers,
    "like_count": lambda found, _: found.status.favourites_count,
    "user_likes": lambda found, _: found.status.favourited,
    "attachment": lambda found, base: _attachment(found, base),
}
MEDIA: Mapping[str, Callable[[Node, str], Any]] = {
    "id": lambda found, _: found.id,
    "caption": lambda found, _: found.status.text,
    "timestamp": lambda found, _: moment(found.status.created_at),
    "username": lambda found, _: found.status.author.username,
    "permalink": lambda found, base: f"{base}/p/{found.id}/",
    "media_type": lambda _found, _: "IMAGE",
    "media_url": lambda found, base: f"{base}/media/{found.id}.jpg",
    "comments_count": lambda found, _: found.answers,
    "like_count": lambda found, _: found.status.favourites_count,
}
ANSWER: Mapping[str, Callable[[Node, str], Any]] = {
    "id": lambda found, _: found.id,
    "text": lambda found, _: found.status.text,
    "timestamp": lambda found, _: moment(found.status.created_at),
    "username": lambda found, _: found.status.author.username,
    "user": lambda found, _: {"id": str(found.owner.id)} if _ours(found) else None,
    "from": lambda found, _: {"id": str(found.status.author.id), "username": found.status.author.username},
    "parent_id": lambda found, _: found.parent_id or None,
    "media": lambda found, base: {"id": found.post_id, "permalink": f"{base}/p/{found.post_id}/"},
    "hidden": lambda found, _: found.hidden,
    "like_count": lambda found, _: found.status.favourites_count,
}

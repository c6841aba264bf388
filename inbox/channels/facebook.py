"""A Facebook Page through the Graph API. developers.facebook.com/docs/graph-api/reference/{comment,page/feed}.

- A comment has no time of change and no mark of edits: only its text tells.
- Its id is `{post}_{comment}`, the post's `{page}_{post}`. Where `parent` or `id` is missing, `permalink_url` tells.
- `from` comes only with the Page's own token.
- Hiding leaves a comment visible to its author and their friends.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from inbox.channels.answers import Fields, NotAnItemError, NotJsonError, as_count, as_id, parse, storable
from inbox.channels.base import (
    Attachment,
    Capabilities,
    Item,
    ParentRef,
    Picture,
    Published,
    RejectedError,
    UnclearError,
)
from inbox.channels.cleaning import clean
from inbox.channels.graph import without_lists
from inbox.channels.graph_connector import COMMENTS_AT_ONCE, GraphConnector
from inbox.channels.lengths import UTF16_LIMITS

PLATFORM = "facebook"
COMMENT_FIELDS = (
    "id,from,message,created_time,permalink_url,parent{id},is_hidden,is_private,can_hide,can_remove,can_comment,"
    "can_like,comment_count,like_count,attachment"
)
PICTURES = {"photo", "sticker", "animated_image_share"}
POST_FIELDS = "id,from,message,created_time,permalink_url,is_hidden,attachments{media_type,type,url,title,media}"


class FacebookConnector(GraphConnector):
    """Speaks for one Facebook Page."""

    platform: ClassVar[str] = PLATFORM
    posts_edge = "feed"
    post_fields = f"{POST_FIELDS},comments.filter(stream).summary(1).limit(0){{id}}"
    edge_fields: ClassVar = {
        "feed": f"{POST_FIELDS},comments.filter(stream).order(reverse_chronological).limit({COMMENTS_AT_ONCE})"
        f"{{{COMMENT_FIELDS}}}",
        "comments": COMMENT_FIELDS,
    }
    edge_query = (("filter", "stream"), ("order", "reverse_chronological"))
    replies_edge = "comments"
    newest_first = True
    own_capabilities = Capabilities(
        reply=True,
        like=True,
        hide=True,
        unhide=True,
        delete_own=True,
        delete_others=True,
        edit_own=True,
        webhook=True,
        reply_depth=1,
        max_length=UTF16_LIMITS[PLATFORM],
        private_reply=True,
        ban=True,
        unban=True,
        reply_to_post=True,
        picture=True,
    )

    def hide(self, external_id: str) -> None:
        """Hide a comment from everybody but its author and their friends (one call); harmless to repeat."""
        self._api.post(external_id, "", {"is_hidden": True})

    def unhide(self, external_id: str) -> None:
        """Show a hidden comment again (one call); harmless to repeat."""
        self._api.post(external_id, "", {"is_hidden": False})

    def like(self, external_id: str) -> None:
        """Like as the Page (one call); harmless to repeat."""
        self._api.post(external_id, "likes", {})

    def ban(self, author_id: str, external_id: str) -> None:
        """Shut a person out of the Page (one call); harmless to repeat. graph-api/reference/page/blocked."""
        self._api.post(self.own_id(), "blocked", {"user": _person(author_id)})

    def unban(self, author_id: str) -> None:
        """Let a person write on the Page again (one call); harmless to repeat."""
        self._api.remove(self.own_id(), "blocked", [("user", _person(author_id))])

    def send_private(self, parent: ParentRef, text: str, key: str, language: str) -> Published:
        """Write to the author in Messenger (one call): once for a comment, within 7 days of it.

        messenger-platform/instagram/features/private-replies. RejectedError when it is too late, or was done before.
        """
        order = {"recipient": {"comment_id": parent.external_id}, "message": {"text": clean(text)[0]}}
        answer = self._api.post(self.own_id(), "messages", order)
        try:
            told = parse(answer.body)
            sent = as_id(told.get("message_id")) if isinstance(told, dict) else ""
        except NotJsonError:
            sent = ""
        if not sent:
            raise UnclearError(PLATFORM, answer.status, "", answer.request_id, "no id of a message", answer.body)
        return Published(sent, "", None)

    def find_private(
        self, parent: ParentRef, text: str, since: datetime, exclude_ids: Collection[str] = ()
    ) -> Published | None:
        """Whether the comment has had its one private answer (one call); its words are not told."""
        fields = [("fields", "id,private_reply_conversation")]
        told = self._api.object(self._api.node(parent.external_id), fields)[1].get("private_reply_conversation")
        found = as_id(told.get("id")) if isinstance(told, dict) else ""
        return Published(found, "", None) if found else None

    def _who_am_i(self) -> dict[str, Any]:
        return self._api.object("me", [("fields", "id,name,username")])[1]

    def _post(self, raw: Any) -> Item:
        return post_item(raw, self.own_id())

    def _comment(self, raw: Any, root: str, parent: str) -> Item:
        return comment_item(raw, self.own_id(), root, parent)

    def _root_of(self, external_id: str) -> str:
        """A post's id begins with the Page's, a comment's with its post's."""
        first, _, rest = external_id.partition("_")
        return f"{self.own_id()}_{first}" if rest and first != self.own_id() else external_id

    def _top_of(self, parent: ParentRef) -> str:
        _, top = _place_in_thread(dict(parent.raw), parent.external_id)
        return top or parent.external_id

    def _written(self, text: str) -> dict[str, Any]:
        return {"message": clean(text)[0], "fields": "id,from,message,created_time,permalink_url"}

    def _attached(self, picture: Picture | None) -> dict[str, Any]:
        """Uploaded where nobody sees it, then named by the comment. graph-api/reference/{page/photos,comment}."""
        if picture is None:
            return {}
        unpublished = [("published", "false"), ("alt_text_custom", picture.alt)]
        return {"attachment_id": self._api.upload(self.own_id(), "photos", picture, unpublished)}


def _person(author_id: str) -> str:
    if not author_id or as_id(author_id) != author_id:
        raise RejectedError(PLATFORM, message="the platform did not tell who wrote it")
    return author_id


def comment_item(raw: Any, own_id: str, root: str = "", parent: str = "") -> Item:
    """Return the item of a comment; raises NotAnItemError when there is no id to know it by, or it is nested absurdly.

    `own_id` is our Page's id, `root` the post and `parent` the comment it was found under, as far as they are known.
    """
    if not isinstance(raw, dict):
        raise NotAnItemError("a comment that is no object")
    external_id, top = _place_in_thread(raw, as_id(raw.get("id")))
    if not external_id:
        raise NotAnItemError("a comment without a usable id")
    post, _, number = external_id.partition("_")
    root = root or (f"{own_id}_{post}" if own_id and number else "")
    return _item(raw, own_id, external_id, root, top or parent or root or None)


def post_item(raw: Any, own_id: str) -> Item:
    """Return the item of a post on the Page, ours or a visitor's; raises NotAnItemError as `comment_item`."""
    if not isinstance(raw, dict):
        raise NotAnItemError("a post that is no object")
    external_id = as_id(raw.get("id"))
    if not external_id:
        raise NotAnItemError("a post without a usable id")
    return _item(raw, own_id, external_id, external_id, None)


def _item(raw: dict[str, Any], own_id: str, external_id: str, root: str, parent: str | None) -> Item:
    problems: list[str] = []
    node = Fields(raw, problems)
    author = node.object("from") if raw.get("from") is not None else Fields({}, problems, "from.")
    author_id, message = author.id("id"), node.text("message")
    own = bool(own_id) and author_id == own_id
    return Item(
        platform=PLATFORM,
        external_id=external_id,
        root_id=root,
        parent_id=parent,
        author_id=author_id,
        author_name=author.text("name"),
        author_handle="",
        author_url="",
        text=message,
        text_raw=message,
        is_html=False,
        language="",
        created_at=node.time("created_time"),
        edited_at=None,
        permalink=node.web_address("permalink_url"),
        own=own,
        visibility="private" if raw.get("is_private") is True else "public",
        attachments=tuple(_attachments(raw, node)),
        raw=storable(without_lists(raw)),
        is_post=own and parent is None,
        hidden=raw.get("is_hidden") is True,
        cleaned=node.cleaned or author.cleaned,
        comment_count=_count(raw),
        problems=tuple(dict.fromkeys(problems)),
    )


def _count(raw: dict[str, Any]) -> int | None:
    """How many comments a post has, all levels, hidden ones too; how many answers, of a comment."""
    inside = raw.get("comments")
    summary = inside.get("summary") if isinstance(inside, dict) else None
    told = summary.get("total_count") if isinstance(summary, dict) else raw.get("comment_count")
    return as_count(told)


def _place_in_thread(raw: dict[str, Any], external_id: str) -> tuple[str, str]:
    """The comment's id and the comment at the top it stands under ("" for one at the top).

    Told by `id` and `parent`; where they were not given, by the permalink's `comment_id` and `reply_comment_id`.
    """
    given = raw.get("parent")
    top = as_id(given.get("id")) if isinstance(given, dict) else ""
    post, comment, reply = _numbers_of_link(raw.get("permalink_url"))
    if post and comment:
        external_id = external_id or f"{post}_{reply or comment}"
        top = top or (f"{external_id.split('_')[0]}_{comment}" if reply else "")
    return external_id, top if top != external_id else ""


def _numbers_of_link(link: object) -> tuple[str, str, str]:
    """The numbers of post, comment and answer in a permalink; empty where there are none."""
    if not isinstance(link, str):
        return "", "", ""
    try:
        parts = urlsplit(link[:2000])
        asked = parse_qs(parts.query)
    except ValueError:
        return "", "", ""
    pieces = [one for one in parts.path.split("/") if one]
    comment, reply = (as_id((asked.get(name) or [""])[0]) for name in ("comment_id", "reply_comment_id"))
    return as_id(pieces[-1]) if pieces else "", comment, reply


def _attachments(raw: dict[str, Any], node: Fields) -> list[Attachment]:
    """A comment has one attachment, a post a list of them."""
    found = [node.object("attachment")] if raw.get("attachment") is not None else []
    if raw.get("attachments") is not None:
        found += node.object("attachments").objects("data")
    return [_attachment(one) for one in found]


def _attachment(one: Fields) -> Attachment:
    """The picture itself, where it is told; `url` is the page it stands on."""
    media = one.object("media") if one.has_object("media") else None
    picture = media.object("image").web_address("src") if media and media.has_object("image") else ""
    kind, page, title = one.text("type"), one.web_address("url"), one.text("title")
    if kind in PICTURES and picture:
        return Attachment(kind, picture, title, "")
    return Attachment(kind, page, title, "", picture)

"""A professional Instagram account, with its Page's token. developers.facebook.com/docs/instagram-platform.

- Only a comment at the top takes answers; an answer to an answer lands under the top one.
- A hidden comment cannot be answered: the platform refuses, and whether to show it again is for a person to decide.
- Answers do not lift their comment, so a round reads the comments of the latest posts whole.
- There is no like by API, no time of change, no address of a comment's own.
"""

from typing import Any, ClassVar

from inbox.channels.answers import Fields, NotAnItemError, as_count, as_id, storable
from inbox.channels.base import Attachment, Capabilities, GoneError, Item, ParentRef, RejectedError
from inbox.channels.cleaning import clean
from inbox.channels.graph import without_lists
from inbox.channels.graph_connector import COMMENTS_AT_ONCE, GraphConnector
from inbox.channels.lengths import UTF16_LIMITS

PLATFORM = "instagram"
COMMENT_FIELDS = "id,text,timestamp,username,user{id},from{id,username},parent_id,media{id,permalink},hidden,like_count"
COMMENT_WITH_ANSWERS = f"{COMMENT_FIELDS},replies.limit({COMMENTS_AT_ONCE}){{{COMMENT_FIELDS}}}"
POST_FIELDS = "id,caption,timestamp,username,permalink,media_type,media_url,comments_count"
PROFILE = "https://www.instagram.com/"


class InstagramConnector(GraphConnector):
    """Speaks for one professional Instagram account."""

    platform: ClassVar[str] = PLATFORM
    posts_edge = "media"
    post_fields = POST_FIELDS
    edge_fields: ClassVar = {
        "media": f"{POST_FIELDS},comments.limit({COMMENTS_AT_ONCE}){{{COMMENT_WITH_ANSWERS}}}",
        "comments": COMMENT_WITH_ANSWERS,
        "replies": COMMENT_FIELDS,
    }
    replies_edge = "replies"
    newest_first = False
    own_capabilities = Capabilities(
        reply=True,
        hide=True,
        unhide=True,
        delete_own=True,
        delete_others=True,
        webhook=True,
        reply_depth=1,
        max_length=UTF16_LIMITS[PLATFORM],
        reply_to_post=True,
    )

    def hide(self, external_id: str) -> None:
        """Hide a comment (one call); harmless to repeat."""
        self._api.post(external_id, "", {"hide": True})

    def unhide(self, external_id: str) -> None:
        """Show a hidden comment again (one call); harmless to repeat."""
        self._api.post(external_id, "", {"hide": False})

    def like(self, external_id: str) -> None:
        """Instagram lets no program like; raises RejectedError."""
        raise RejectedError(PLATFORM, message="there is no like by API")

    def _who_am_i(self) -> dict[str, Any]:
        """The account that is tied to the token's Page."""
        _, page = self._api.object("me", [("fields", "instagram_business_account{id,username,name}")])
        found = page.get("instagram_business_account")
        return found if isinstance(found, dict) else {}

    def _post(self, raw: Any) -> Item:
        return post_item(raw, self.own_id())

    def _comment(self, raw: Any, root: str, parent: str) -> Item:
        return comment_item(raw, self.own_id(), root, parent)

    def _root_of(self, external_id: str) -> str:
        """A comment tells its post; what has no such field is a post, or is not there (two calls then)."""
        node = self._api.node(external_id)
        try:
            media = self._api.object(node, [("fields", "id,media{id}")])[1].get("media")
        except (GoneError, RejectedError):
            self._api.object(node, [("fields", "id")])
            return external_id
        return (as_id(media.get("id")) if isinstance(media, dict) else "") or external_id

    def _edge_under(self, parent: ParentRef) -> str:
        return "comments" if parent.external_id == parent.root_id else self.replies_edge

    def _top_of(self, parent: ParentRef) -> str:
        return as_id(parent.raw.get("parent_id")) or parent.external_id

    def _written(self, text: str) -> dict[str, Any]:
        return {"message": clean(text)[0]}


def comment_item(raw: Any, own_id: str, root: str = "", parent: str = "") -> Item:
    """Return the item of a comment; raises NotAnItemError when there is no id to know it by, or it is nested absurdly.

    `own_id` is our account's id, `root` the post and `parent` the comment it was found under, as far as they are known.
    """
    raw, external_id = _known(raw, "a comment")
    problems: list[str] = []
    node = Fields(raw, problems)
    media = _inside(raw, node, "media", problems)
    root = media.id("id") or root
    author_id, name = _author(raw, node, problems)
    text = node.text("text")
    return Item(
        platform=PLATFORM,
        external_id=external_id,
        root_id=root,
        parent_id=node.id("parent_id") or parent or root or None,
        author_id=author_id,
        author_name=name,
        author_handle=name,
        author_url=PROFILE + name if as_id(name.replace(".", "_")) else "",
        text=text,
        text_raw=text,
        is_html=False,
        language="",
        created_at=node.time("timestamp"),
        edited_at=None,
        permalink=media.web_address("permalink"),
        own=bool(own_id) and author_id == own_id,
        visibility="public",
        attachments=(),
        raw=storable(without_lists(raw)),
        hidden=raw.get("hidden") is True,
        cleaned=node.cleaned,
        problems=tuple(dict.fromkeys(problems)),
    )


def post_item(raw: Any, own_id: str) -> Item:
    """Return the item of a post of ours; raises NotAnItemError as `comment_item`."""
    raw, external_id = _known(raw, "a post")
    problems: list[str] = []
    node = Fields(raw, problems)
    caption, name = node.text("caption"), node.text("username")
    address = node.web_address("media_url")
    return Item(
        platform=PLATFORM,
        external_id=external_id,
        root_id=external_id,
        parent_id=None,
        author_id=own_id,
        author_name=name,
        author_handle=name,
        author_url="",
        text=caption,
        text_raw=caption,
        is_html=False,
        language="",
        created_at=node.time("timestamp"),
        edited_at=None,
        permalink=node.web_address("permalink"),
        own=True,
        visibility="public",
        attachments=(Attachment(node.text("media_type").lower(), address, "", ""),) if address else (),
        raw=storable(without_lists(raw)),
        is_post=True,
        comment_count=as_count(raw.get("comments_count")),
        cleaned=node.cleaned,
        problems=tuple(dict.fromkeys(problems)),
    )


def _known(raw: Any, what: str) -> tuple[dict[str, Any], str]:
    if not isinstance(raw, dict):
        raise NotAnItemError(f"{what} that is no object")
    external_id = as_id(raw.get("id"))
    if not external_id:
        raise NotAnItemError(f"{what} without a usable id")
    return raw, external_id


def _inside(raw: dict[str, Any], node: Fields, name: str, problems: list[str]) -> Fields:
    """The fields of an object that may well be missing."""
    return node.object(name) if raw.get(name) is not None else Fields({}, problems, f"{name}.")


def _author(raw: dict[str, Any], node: Fields, problems: list[str]) -> tuple[str, str]:
    """Id and user name: `from` tells both, `user` only our own id, `username` stands beside them."""
    author, ours = (_inside(raw, node, name, problems) for name in ("from", "user"))
    name = node.text("username") or author.text("username")
    node.cleaned = node.cleaned or author.cleaned
    return ours.id("id") or author.id("id"), name

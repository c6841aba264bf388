"""A whole thread out of trees that a server cuts at some depth. Nothing here recurses: depth is the public's choice."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from inbox.channels.base import GoneError, ProtocolError
from inbox.channels.bluesky_addresses import post_uri
from inbox.channels.bluesky_api import BlueskyApi
from inbox.channels.bluesky_errors import PLATFORM, not_understood
from inbox.channels.bluesky_post import uri_in
from inbox.channels.http import MEGABYTE, Answer

THREAD_LIMIT = 32 * MEGABYTE
DEPTH = 60
MOST_CALLS = 100
NOT_FOR_US = {"app.bsky.feed.defs#notFoundPost", "app.bsky.feed.defs#blockedPost"}


@dataclass(slots=True)
class Tree:
    """What was read of a thread: posts as sent, what our threadgate hides, and the answers."""

    posts: list[Any] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    answers: list[Answer] = field(default_factory=list)

    @property
    def raw(self) -> bytes:
        """The bodies as received."""
        return b"\n".join(answer.body for answer in self.answers)


def read_thread(api: BlueskyApi, uri: str) -> Tree:
    """Return everything in the thread this post belongs to, the first post first; one call for the usual thread.

    A post whose parent is gone (`notFoundPost`) is no longer reached from the root: it and what stands below it are
    read from itself. Raises GoneError when the post is not there.
    """
    tree = Tree()
    node = _fetch(api, uri, tree)
    root = uri_in(_record(node), "root")
    if not root or root == uri:
        _walk_down(api, node, tree)
        return tree
    try:
        _walk_down(api, _fetch(api, root, tree), tree)
    except GoneError:
        tree.hidden.clear()
    _walk_down(api, node, tree)
    return tree


def one_post(api: BlueskyApi, uri: str) -> tuple[Answer, Any]:
    """Return one post with the answer it came in; raises GoneError when it is not there for us."""
    tree = Tree()
    node = _fetch(api, uri, tree, depth=0)
    return tree.answers[0], node.get("post")


def replies_to(api: BlueskyApi, uri: str) -> Tree:
    """Return the direct answers to a post (one call); raises GoneError when it is not there."""
    tree = Tree()
    node = _fetch(api, uri, tree, depth=1)
    tree.posts = [child.get("post") for child in _children(node) if not _is_not_for_us(child)]
    return tree


def _fetch(api: BlueskyApi, uri: str, tree: Tree, depth: int = DEPTH) -> dict[str, Any]:
    if len(tree.answers) >= MOST_CALLS:
        raise ProtocolError(PLATFORM, message=f"a thread that does not end after {MOST_CALLS} calls")
    query = [("uri", uri), ("depth", str(depth)), ("parentHeight", "0")]
    answer, found = api.query("app.bsky.feed.getPostThread", query, body_limit=THREAD_LIMIT)
    node = found.get("thread")
    if not isinstance(node, dict):
        raise not_understood(answer, "a thread that is no thread")
    if _is_not_for_us(node):
        code = "NotFound" if node.get("blocked") is not True else ""
        raise GoneError(PLATFORM, answer.status, code, answer.request_id, "the post is not there for us", answer.body)
    if not isinstance(node.get("post"), dict):
        raise not_understood(answer, "a thread without its post")
    tree.answers.append(answer)
    for gate in (found.get("threadgate"), node["post"].get("threadgate")):
        tree.hidden |= hidden_in(gate.get("record") if isinstance(gate, dict) else None)
    return node


def hidden_in(gate: Any) -> set[str]:
    """Return the addresses that a threadgate's record hides."""
    listed = gate.get("hiddenReplies") if isinstance(gate, dict) else None
    return {uri for one in listed if (uri := post_uri(one))} if isinstance(listed, list) else set()


def _walk_down(api: BlueskyApi, top: dict[str, Any], tree: Tree) -> None:
    """Add all posts from this one down; where the server cut a branch off, ask for it."""
    waiting, asked = [(top, 0)], set()
    while waiting:
        node, depth = waiting.pop()
        tree.posts.append(node.get("post"))
        children = list(_children(node))
        uri = _uri(node)
        if not children and depth and _is_cut(node) and uri not in asked:
            asked.add(uri)
            children = list(_children(_fetch_below(api, uri, tree)))
            depth = 0
        waiting += [(child, depth + 1) for child in reversed(children) if not _is_not_for_us(child)]


def _fetch_below(api: BlueskyApi, uri: str, tree: Tree) -> dict[str, Any]:
    try:
        return _fetch(api, uri, tree)
    except GoneError:
        return {}


def _is_cut(node: dict[str, Any]) -> bool:
    """Whether a post has answers that the tree does not show: at the depth asked for, `replies` is left out."""
    post = node.get("post")
    count = post.get("replyCount") if isinstance(post, dict) else 0
    return bool(_uri(node)) and "replies" not in node and isinstance(count, int) and count > 0


def _children(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    replies = node.get("replies")
    for child in replies if isinstance(replies, list) else []:
        yield child if isinstance(child, dict) else {"post": child}


def _is_not_for_us(node: dict[str, Any]) -> bool:
    return str(node.get("$type")) in NOT_FOR_US or node.get("notFound") is True or node.get("blocked") is True


def _record(node: dict[str, Any]) -> Any:
    post = node.get("post")
    return post.get("record") if isinstance(post, dict) else None


def _uri(node: dict[str, Any]) -> str:
    post = node.get("post")
    return post_uri(post.get("uri")) if isinstance(post, dict) else ""

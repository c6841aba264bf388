"""The book as nodes of the Graph API: a municipality's Page and Instagram account, posts, comments one level deep.

An id with an underscore is Facebook's (`{page}_{post}`, `{post}_{comment}`), a plain one Instagram's.
"""

import re
from dataclasses import dataclass

from simulator import reading
from simulator.book import Book
from simulator.reading import Account, Status, Window

FACEBOOK, INSTAGRAM = "facebook", "instagram"
_FACEBOOK_ID = re.compile(r"(\d{1,18})_(\d{1,18})")
_PLAIN_ID = re.compile(r"\d{1,18}")


@dataclass(frozen=True)
class Node:
    """A post or comment as its page's owner sees it. `top` is the comment it stands under, None for one at the top.

    `answers` is how many stand under it: of a post all of them.
    """

    platform: str
    owner: Account
    status: Status
    top: int | None = None
    hidden: bool = False
    answers: int = 0
    answered_privately: bool = False

    @property
    def is_post(self) -> bool:
        """Whether it is a post, not a comment."""
        return not self.status.is_reply

    @property
    def id(self) -> str:
        """The id on its platform."""
        return self.id_of(self.status.id)

    @property
    def parent_id(self) -> str:
        """The id of the comment it stands under; empty for one at the top."""
        return "" if self.top is None else self.id_of(self.top)

    @property
    def post_id(self) -> str:
        """The id of the post it belongs to."""
        return f"{self.owner.id}_{self.status.root_id}" if self.platform == FACEBOOK else str(self.status.root_id)

    def id_of(self, number: int) -> str:
        """The id of another status in the same thread."""
        if self.platform == INSTAGRAM:
            return str(number)
        return f"{self.owner.id if number == self.status.root_id else self.status.root_id}_{number}"


def node(book: Book, owner: Account, external_id: str) -> Node | None:
    """The node with this id under the owner's posts, or None when it is gone, somebody else's or was never there."""
    facebook, plain = _FACEBOOK_ID.fullmatch(external_id), _PLAIN_ID.fullmatch(external_id)
    number = int(facebook.group(2)) if facebook else int(external_id) if plain else 0
    platform = FACEBOOK if facebook else INSTAGRAM
    found = reading.status(book, number, owner.id) if number else None
    root = reading.status(book, found.root_id, owner.id) if found else None
    if found is None or root is None or root.author.id != owner.id:
        return None
    if not found.is_reply:
        post = Node(platform, owner, found, answers=len(reading.tree_below(book, found)))
        return post if post.id == external_id else None
    thread = comments(book, Node(platform, owner, root))
    return next((one for one in thread if one.id == external_id), None)


def posts(book: Book, owner: Account, platform: str) -> list[Node]:
    """The owner's posts, newest first."""
    ids = reading.ids_by_account(book, owner, Window(limit=1_000_000), with_replies=False)
    found = [one for one in reading.statuses(book, ids, owner.id) if not one.is_reply]
    return [Node(platform, owner, one, answers=len(reading.tree_below(book, one))) for one in found]


def comments(book: Book, post: Node) -> list[Node]:
    """All comments under a post, oldest first, each with the comment at the top it stands under."""
    tops: dict[int, int | None] = {}
    top = 0
    for number, depth in reading.tree_below(book, post.status):
        top = number if depth == 1 else top
        tops[number] = None if depth == 1 else top
    hidden = reading.hidden_ids(book, post.status.id)
    above, privately = list(tops.values()), reading.private_replies(book)
    return [
        Node(post.platform, post.owner, one, tops[one.id], one.id in hidden, above.count(one.id), one.id in privately)
        for one in reading.statuses(book, sorted(tops), post.owner.id)
    ]


def below(book: Book, found: Node) -> list[Node]:
    """The comments under a post, or the answers under a comment, oldest first."""
    if found.is_post:
        return comments(book, found)
    root = reading.status(book, found.status.root_id, found.owner.id)
    everything = comments(book, Node(found.platform, found.owner, root)) if root else []
    return [one for one in everything if one.top == found.status.id]

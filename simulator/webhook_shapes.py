"""What Meta says of a comment in a delivery, as documented for the Page's `feed` and Instagram's `comments`.

developers.facebook.com/docs/graph-api/webhooks/reference/page#feed and .../instagram#comments. Instagram tells of new
comments only.
"""

from dataclasses import dataclass
from typing import Any

from simulator.book import Book
from simulator.writing import from_bytes

Json = dict[str, Any]
PAGE, INSTAGRAM = "page", "instagram"
OBJECTS_OF_PLATFORM = {"facebook": (PAGE,), "instagram": (INSTAGRAM,)}


@dataclass(frozen=True)
class News:
    """One change to tell of: `object` is `page` or `instagram`."""

    object: str
    account_id: str
    at: int
    change: Json

    def entry(self) -> Json:
        """The change as an entry of a delivery."""
        return {"id": self.account_id, "time": self.at, "changes": [self.change]}


def news_of(book: Book, verb: str, number: int, at: int, *, any_account: bool = False) -> list[News]:
    """What is told of a comment: `add`, `edited`, `remove`, `hide`, `unhide`.

    Nothing of posts and of what stands under citizens' own. `at` is in milliseconds. With `any_account`, a town's
    account on another platform stands for a Page and an Instagram account too, as it does in the Graph API here.
    """
    row = book.row(
        "SELECT written.*, owner.platform AS platform, owner.kind AS owner_kind,"
        " (SELECT text FROM version WHERE status_id = written.id ORDER BY id DESC LIMIT 1) AS text"
        " FROM written JOIN account AS owner ON owner.id = root_account_id WHERE written.id = :id",
        {"id": number},
    )
    if row is None or row["parent_id"] is None or row["owner_kind"] != "municipality":
        return []
    found, top = dict(row), _top_of(book, row["parent_id"], row["root_id"])
    seconds, owner = at // 1000, str(row["root_account_id"])
    told = []
    for kind in OBJECTS_OF_PLATFORM.get(row["platform"], (PAGE, INSTAGRAM) if any_account else ()):
        if kind == PAGE:
            told.append(News(PAGE, owner, seconds, _feed(found, verb, top)))
        elif verb == "add":
            told.append(News(INSTAGRAM, owner, seconds, _comments(found, top)))
    return told


def _top_of(book: Book, parent_id: int | None, root_id: int) -> int | None:
    """The comment at the top that an answer stands under, None for a comment at the top."""
    top = None
    while parent_id is not None and parent_id != root_id:
        top = parent_id
        row = book.row("SELECT parent_id FROM status WHERE id = :id", {"id": parent_id})
        parent_id = row["parent_id"] if row else None
    return top


def _feed(row: Json, verb: str, top: int | None) -> Json:
    post = f"{row['root_account_id']}_{row['root_id']}"
    value: Json = {
        "item": "comment",
        "verb": verb,
        "from": {"id": str(row["account_id"]), "name": row["display_name"] or row["username"]},
        "post_id": post,
        "comment_id": f"{row['root_id']}_{row['id']}",
        "parent_id": f"{row['root_id']}_{top}" if top else post,
        "created_time": row["created_at"] // 1000,
    }
    return {"field": "feed", "value": value | ({} if verb == "remove" else {"message": from_bytes(row["text"])})}


def _comments(row: Json, top: int | None) -> Json:
    value: Json = {
        "id": str(row["id"]),
        "text": from_bytes(row["text"]),
        "from": {"id": str(row["account_id"]), "username": row["username"]},
        "media": {"id": str(row["root_id"]), "media_product_type": "FEED"},
    }
    return {"field": "comments", "value": value | ({"parent_id": str(top)} if top else {})}

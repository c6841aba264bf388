"""JSON as the YouTube Data API v3 gives it; keys and types as in recorded answers. Ids have YouTube's lengths."""

import base64
import hashlib
from typing import Any

from simulator import clock
from simulator.reading import Account, Status
from simulator.text import as_html

PICTURE = "https://127.0.0.1/missing.png"
HELD = {"heldForReview", "rejected"}
OF_A_CHANNEL, OF_AN_UPLOADS_LIST = "UC", "UU"
CHANNELS_END, COMMENTS_END, ANSWERS_END = "Practice-AA", "Practice4AaABAg"[:13], "Practice-AA"

Json = dict[str, Any]


def film_id(number: int) -> str:
    """The id of a film: 11 letters."""
    return base64.urlsafe_b64encode(number.to_bytes(8, "big")).decode().rstrip("=")


def channel_id(number: int, kind: str = OF_A_CHANNEL) -> str:
    """The id of a channel, or of the list of its films: 24 letters."""
    return kind + film_id(number) + CHANNELS_END


def comment_id(number: int, top: int | None = None) -> str:
    """The id of a comment: 26 letters, and for an answer a dot and 22 more."""
    own = f"Ug{film_id(number)}{COMMENTS_END}"
    return own if top is None else f"{comment_id(top)}.{film_id(number)}{ANSWERS_END}"


def number_of(written: str) -> int | None:
    """The book's number in an id of any kind; None for what is none."""
    own = written.rsplit(".", 1)[-1]
    core = own if len(own) in (11, 22) else own[2:]
    try:
        number = int.from_bytes(base64.b64decode(core[:11] + "=", altchars=b"-_", validate=True), "big")
    except ValueError:
        return None
    return number if number < 2**63 else None


def comment_json(status: Status, top: int | None, film: int | None, look: "Look") -> Json:
    """A comment. `top` is None for a top-level one; `film` is left out of a thread's own list of answers."""
    page = f"http://www.youtube.com/channel/{channel_id(status.author.id)}"
    snippet = {
        "authorDisplayName": f"@{status.author.username}" if look.with_handles else status.author.name,
        "authorProfileImageUrl": PICTURE,
        "authorChannelUrl": page,
        "authorChannelId": {"value": channel_id(status.author.id)},
        **({} if film is None else {"videoId": film_id(film)}),
        "textDisplay": status.text if look.plain else as_html(status.text, {}, None),
        "textOriginal": status.text,
        **({} if top is None else {"parentId": comment_id(top)}),
        "canRate": True,
        "viewerRating": "none",
        "likeCount": status.favourites_count,
        "publishedAt": clock.iso(status.created_at),
        "updatedAt": clock.iso(status.edited_at or status.created_at),
        **({"moderationStatus": status.visibility} if look.with_moderation and status.visibility in HELD else {}),
    }
    number = comment_id(status.id, top)
    return {"kind": "youtube#comment", "etag": etag(number, status.text), "id": number, "snippet": snippet}


class Look:
    """How comments are asked for: plain text or HTML, and with the state of moderation (never when asked by id)."""

    def __init__(self, *, plain: bool, with_moderation: bool = False, with_handles: bool = False) -> None:
        self.plain = plain
        self.with_moderation = with_moderation
        self.with_handles = with_handles


def thread_json(top: Status, answers: list[Status], film: int, look: Look, inside: int) -> Json:
    """A top-level comment with how many answers it has, and at most `inside` of them."""
    number = comment_id(top.id)
    shown = [comment_json(one, top.id, film, look) for one in answers[:inside]]
    return {
        "kind": "youtube#commentThread",
        "etag": etag(number, str(len(answers))),
        "id": number,
        "snippet": {
            "videoId": film_id(film),
            "topLevelComment": comment_json(top, None, film, look),
            "canReply": True,
            "totalReplyCount": len(answers),
            "isPublic": top.visibility not in HELD,
        },
        **({"replies": {"comments": shown}} if shown else {}),
    }


def film_json(post: Status, comments: int | None = None) -> Json:
    """A post as a film; its first line is the title. With `comments`, its statistics too."""
    return {
        "kind": "youtube#video",
        "etag": etag(film_id(post.id), post.text),
        "id": film_id(post.id),
        "snippet": _film_snippet(post),
        "status": {"privacyStatus": "public" if post.visibility == "public" else "unlisted"},
        **({} if comments is None else {"statistics": {"commentCount": str(comments)}}),
    }


def playlist_item_json(post: Status, place: int) -> Json:
    """A post as an entry in the list of the channel's films."""
    film = film_json(post)
    return {
        **film,
        "kind": "youtube#playlistItem",
        "id": base64.urlsafe_b64encode(f"UU.{film['id']}".encode()).decode().rstrip("="),
        "snippet": {
            **film["snippet"],
            "playlistId": channel_id(post.author.id, OF_AN_UPLOADS_LIST),
            "position": place,
            "resourceId": {"kind": "youtube#video", "videoId": film["id"]},
        },
        "contentDetails": {"videoId": film["id"], "videoPublishedAt": clock.iso(post.created_at)},
    }


def channel_json(account: Account) -> Json:
    """A channel."""
    number = channel_id(account.id)
    return {
        "kind": "youtube#channel",
        "etag": etag(number, account.name),
        "id": number,
        "snippet": {
            "title": account.name,
            "description": account.note,
            "customUrl": f"@{account.username}",
            "publishedAt": clock.iso(account.created_at),
        },
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": channel_id(account.id, OF_AN_UPLOADS_LIST)}},
    }


def list_json(kind: str, items: list[Json], following: str, asked: int) -> Json:
    """A page of a list."""
    return {
        "kind": f"youtube#{kind}ListResponse",
        "etag": etag(kind, *(one["etag"] for one in items)),
        **({"nextPageToken": following} if following else {}),
        "pageInfo": {"totalResults": len(items), "resultsPerPage": asked},
        "items": items,
    }


def error_json(code: int, reason: str, message: str, domain: str) -> Json:
    """A refusal."""
    return {
        "error": {
            "code": code,
            "message": message,
            "errors": [{"message": message, "domain": domain, "reason": reason}],
        }
    }


def etag(*parts: str) -> str:
    """A fingerprint that changes with what it is of."""
    whole = "\n".join(parts).encode("utf-8", "surrogatepass")
    return base64.urlsafe_b64encode(hashlib.sha256(whole).digest()).decode()[:27]


def _film_snippet(post: Status) -> Json:
    title, _, description = post.text.partition("\n")
    return {
        "publishedAt": clock.iso(post.created_at),
        "channelId": channel_id(post.author.id),
        "title": title[:100],
        "description": (title[100:] + description).strip(),
        "channelTitle": post.author.name,
    }

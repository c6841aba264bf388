"""Answers as YouTube gives them. Invented people."""

from typing import Any

US = "UCkommune-practice-chan00"
FILM = "FILM_film-1"


def comment(comment_id: str = "Ugw0000000000000004AaABAg", text: str = "Når kommer brøytebilen?", **more: Any) -> Any:
    """A comment by Kari; an answer when its id has a dot."""
    snippet = {
        "authorDisplayName": "@kari",
        "authorChannelUrl": "http://www.youtube.com/@kari",
        "authorChannelId": {"value": "UCkari"},
        "textDisplay": text,
        "publishedAt": "2026-11-21T10:00:00Z",
        "updatedAt": "2026-11-21T10:00:00Z",
    } | more
    if "." in comment_id:
        snippet |= {"parentId": comment_id.split(".")[0]}
    return {"kind": "youtube#comment", "id": comment_id, "snippet": snippet}


def thread(top: Any, count: int = 0, replies: tuple[Any, ...] = ()) -> Any:
    """A thread under our film."""
    snippet = {"videoId": FILM, "topLevelComment": top, "totalReplyCount": count}
    return {"kind": "youtube#commentThread", "id": top.get("id"), "snippet": snippet} | (
        {"replies": {"comments": list(replies)}} if replies else {}
    )


def page(*items: Any, following: str = "") -> Any:
    """A page of a list."""
    return {"kind": "x", "items": list(items)} | ({"nextPageToken": following} if following else {})


def refusal(code: int, reason: str) -> Any:
    """An error body."""
    return {"error": {"code": code, "message": "x", "errors": [{"message": "x", "domain": "d", "reason": reason}]}}


def number(value: int, answer: int | None = None) -> str:
    """An id of a comment."""
    return f"Ugw{value:012d}4AaABAg" + ("" if answer is None else f".9a{answer:010d}")

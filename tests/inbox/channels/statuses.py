"""Statuses as a Mastodon server gives them. Invented people."""

from typing import Any

US = "101"
OUR_PAGE = "https://sosial.example/@kommune"
OUR_MENTION = f'<span class="h-card"><a href="{OUR_PAGE}" class="u-url mention">@<span>kommune</span></a></span>'


def account(account_id: str = "202", name: str = "kari", **more: Any) -> dict[str, Any]:
    """An account."""
    return {
        "id": account_id,
        "username": name,
        "acct": name,
        "display_name": name.capitalize(),
        "url": f"https://sosial.example/@{name}",
    } | more


def status(status_id: str = "1000", text: str = "Når kommer brøytebilen?", **more: Any) -> dict[str, Any]:
    """A comment by Kari that mentions us."""
    return {
        "id": status_id,
        "created_at": "2026-11-21T10:00:00.000Z",
        "in_reply_to_id": None,
        "visibility": "public",
        "language": "nb",
        "spoiler_text": "",
        "url": f"https://sosial.example/@kari/{status_id}",
        "content": f"<p>{OUR_MENTION} {text}</p>",
        "account": account(),
        "mentions": [{"id": US, "username": "kommune", "acct": "kommune", "url": OUR_PAGE}],
        "media_attachments": [],
        "edited_at": None,
        "reblog": None,
        "poll": None,
    } | more


def our_reply(status_id: str, parent_id: str | None, text: str, **more: Any) -> dict[str, Any]:
    """A reply of ours."""
    who = account(US, "kommune", display_name="Kommunen")
    return status(status_id, in_reply_to_id=parent_id, content=f"<p>{text}</p>", account=who, mentions=[], **more)


def mention(notification_id: str, of: dict[str, Any]) -> dict[str, Any]:
    """The news that a status mentions us."""
    return {"id": notification_id, "type": "mention", "created_at": of.get("created_at"), "status": of}

"""JSON as Mastodon 4.6 gives it; keys and types as in recorded answers of a real server."""

from typing import Any

from simulator import clock, media
from simulator.reading import Account, Notification, Picture, Status, Version
from simulator.text import as_html, hashtags

MAX_CHARACTERS = 500
CHARACTERS_PER_URL = 23
LANGUAGES = ["nb", "nn", "se", "en"]

Json = dict[str, Any]


def page_of(account: Account, base_url: str) -> str:
    """The web page of an account."""
    return f"{base_url}/@{account.username}"


def account_json(account: Account, base_url: str) -> Json:
    """An account as others see it."""
    picture = f"{base_url}/avatars/original/missing.png"
    header = f"{base_url}/headers/original/missing.png"
    latest = account.last_status_at
    return {
        "id": str(account.id),
        "username": account.username,
        "acct": account.username,
        "display_name": account.display_name,
        "locked": False,
        "bot": False,
        "discoverable": True,
        "indexable": True,
        "group": False,
        "created_at": clock.as_datetime(account.created_at).strftime("%Y-%m-%dT00:00:00.000Z"),
        "note": as_html(account.note, {}, base_url),
        "url": page_of(account, base_url),
        "uri": f"{base_url}/ap/users/{account.id}",
        "avatar": picture,
        "avatar_static": picture,
        "avatar_description": "",
        "header": header,
        "header_static": header,
        "header_description": "",
        "followers_count": 0,
        "following_count": 0,
        "statuses_count": account.statuses_count,
        "last_status_at": None if latest is None else clock.as_datetime(latest).strftime("%Y-%m-%d"),
        "hide_collections": None,
        "show_media": True,
        "show_media_replies": True,
        "show_featured": True,
        "noindex": False,
        "feature_approval": {"automatic": ["public"], "manual": [], "current_user": "automatic"},
        "emojis": [],
        "roles": [],
        "fields": [],
    }


def own_account_json(account: Account, base_url: str) -> Json:
    """An account as its owner sees it."""
    return {
        **account_json(account, base_url),
        "source": {
            "privacy": "public",
            "sensitive": False,
            "language": None,
            "note": account.note,
            "fields": [],
            "follow_requests_count": 0,
            "hide_collections": None,
            "discoverable": True,
            "indexable": True,
            "attribution_domains": [],
            "quote_policy": "public",
        },
        "role": {
            "id": "-99",
            "name": "",
            "permissions": "65536",
            "color": "",
            "highlighted": False,
            "collection_limit": 10,
        },
    }


def status_json(status: Status, base_url: str, viewer: Account | None) -> Json:
    """A status; what depends on the viewer is left out without one, and `pinned` stands only on one's own."""
    pages = {person.username.lower(): page_of(person, base_url) for person in status.mentions}
    personal = {"favourited": status.favourited, "reblogged": False, "muted": False, "bookmarked": False}
    own = {"pinned": False} if viewer and viewer.id == status.author.id else {}
    return {
        "id": str(status.id),
        "created_at": clock.iso(status.created_at),
        "in_reply_to_id": None if status.parent_id is None else str(status.parent_id),
        "in_reply_to_account_id": None if status.parent_account_id is None else str(status.parent_account_id),
        "sensitive": False,
        "spoiler_text": "",
        "visibility": status.visibility,
        "language": status.language,
        "uri": f"{base_url}/ap/users/{status.author.id}/statuses/{status.id}",
        "url": f"{page_of(status.author, base_url)}/{status.id}",
        "replies_count": status.replies_count,
        "reblogs_count": 0,
        "favourites_count": status.favourites_count,
        "quotes_count": 0,
        "edited_at": None if status.edited_at is None else clock.iso(status.edited_at),
        **({**personal, **own} if viewer else {}),
        "content": as_html(status.text, pages, base_url),
        **({"filtered": []} if viewer else {}),
        "reblog": None,
        "application": {"name": "Øvingsplattform", "website": None},
        "account": account_json(status.author, base_url),
        "media_attachments": [_media_json(one, base_url) for one in status.pictures],
        "mentions": [_mention_json(person, base_url) for person in status.mentions],
        "tags": [{"name": tag, "url": f"{base_url}/tags/{tag}"} for tag in hashtags(status.text)],
        "emojis": [],
        "tagged_collections": [],
        "quote": None,
        "card": None,
        "poll": None,
        "quote_approval": {"automatic": ["public"], "manual": [], "current_user": "automatic"},
    }


def _media_json(picture: Picture, base_url: str) -> Json:
    where = media.address(base_url, picture.id)
    return {
        "id": str(picture.id),
        "type": "image",
        "url": where,
        "preview_url": where,
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": {"original": {"width": media.WIDTH, "height": media.HEIGHT}},
        "description": picture.alt,
        "blurhash": None,
    }


def deleted_status_json(status: Status, base_url: str, viewer: Account) -> Json:
    """A status just deleted: its plain text instead of the HTML, so that it can be written anew."""
    shape = status_json(status, base_url, viewer)
    del shape["content"]
    return {**shape, "text": status.text}


def version_json(version: Version, status: Status, base_url: str) -> Json:
    """One entry of a status's history."""
    pages = {person.username.lower(): page_of(person, base_url) for person in status.mentions}
    return {
        "content": as_html(version.text, pages, base_url),
        "spoiler_text": "",
        "sensitive": False,
        "created_at": clock.iso(version.created_at),
        "account": account_json(status.author, base_url),
        "media_attachments": [],
        "emojis": [],
    }


def notification_json(notification: Notification, base_url: str, viewer: Account) -> Json:
    """Somebody mentioned the viewer."""
    return {
        "id": str(notification.id),
        "type": "mention",
        "created_at": clock.iso(notification.created_at),
        "group_key": f"ungrouped-{notification.id}",
        "account": account_json(notification.status.author, base_url),
        "status": status_json(notification.status, base_url, viewer),
    }


def instance_json(domain: str, base_url: str, active_users: int) -> Json:
    """What the server says about itself."""
    return {
        "domain": domain,
        "title": "Øvingsplattform",
        "version": "4.6.4",
        "source_url": "https://github.com/mastodon/mastodon",
        "description": "En øvingsplattform. Ingenting her er publisert på ordentlig.",
        "usage": {"users": {"active_month": active_users}},
        "thumbnail": {"url": f"{base_url}/avatars/original/missing.png", "description": ""},
        "icon": [{"src": f"{base_url}/avatars/original/missing.png", "size": "48x48"}],
        "languages": LANGUAGES,
        "configuration": _configuration_json(base_url),
        "registrations": {
            "enabled": False,
            "approval_required": False,
            "reason_required": False,
            "message": None,
            "min_age": None,
            "url": None,
        },
        "api_versions": {"mastodon": 11},
        "wrapstodon": None,
        "contact": {"email": "", "account": None},
        "rules": [],
    }


def _mention_json(person: Account, base_url: str) -> Json:
    return {
        "id": str(person.id),
        "username": person.username,
        "url": page_of(person, base_url),
        "acct": person.username,
    }


def _configuration_json(base_url: str) -> Json:
    open_to_all = {"local": "public", "remote": "public"}
    return {
        "urls": {
            "streaming": base_url.replace("http", "ws", 1),
            "status": None,
            "about": f"{base_url}/",
            "privacy_policy": f"{base_url}/",
            "terms_of_service": None,
        },
        "vapid": {"public_key": ""},
        "accounts": {
            "max_display_name_length": 40,
            "max_note_length": 500,
            "max_avatar_description_length": 150,
            "max_header_description_length": 150,
            "max_featured_tags": 10,
            "max_pinned_statuses": 5,
            "max_profile_fields": 4,
            "profile_field_name_limit": 255,
            "profile_field_value_limit": 255,
        },
        "statuses": {
            "max_characters": MAX_CHARACTERS,
            "max_media_attachments": 1,
            "characters_reserved_per_url": CHARACTERS_PER_URL,
        },
        "media_attachments": {
            "description_limit": 10000,
            "image_matrix_limit": 33177600,
            "image_size_limit": 16777216,
            "supported_mime_types": ["image/jpeg", "image/png"],
            "video_frame_rate_limit": 120,
            "video_matrix_limit": 8294400,
            "video_size_limit": 103809024,
        },
        "polls": {
            "max_options": 0,
            "max_characters_per_option": 50,
            "min_expiration": 300,
            "max_expiration": 2629746,
        },
        "translation": {"enabled": False},
        "timelines_access": {
            "live_feeds": open_to_all,
            "hashtag_feeds": open_to_all,
            "trending_link_feeds": open_to_all,
        },
        "limited_federation": False,
    }

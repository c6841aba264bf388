"""A practice website's comments as an RSS feed: those under a municipality's posts."""

from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, abort, request

from simulator import reading
from simulator.current import book
from simulator.reading import Status, Window

blueprint = Blueprint("feed", __name__)
POSTS, MOST = 20, 50
HEAD = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:thr="http://purl.org/syndication/thread/1.0"'
NAMES = ' xmlns:dc="http://purl.org/dc/elements/1.1/">'


@blueprint.get("/feed/<username>.xml")
def comments(username: str) -> Response:
    """The newest comments under a municipality's latest posts."""
    owner = reading.account_named(book(), username)
    if owner is None or not owner.is_municipality:
        abort(404)
    posts = reading.statuses(book(), reading.ids_by_account(book(), owner, Window(limit=POSTS), with_replies=False))
    ids = [number for post in posts for number, _ in reading.tree_below(book(), post)]
    found = [one for one in reading.statuses(book(), ids) if not one.author.is_municipality]
    newest = sorted(found, key=lambda one: one.created_at, reverse=True)[:MOST]
    title = escape(f"Kommentarer til {owner.name}")
    about = f"<title>{title}</title><link>{escape(request.base_url)}</link>"
    body = f"<channel>{about}{''.join(map(item, newest))}</channel>"
    return Response(f"{HEAD}{NAMES}{body}</rss>", content_type="application/rss+xml; charset=utf-8")


def item(one: Status) -> str:
    """One comment."""
    address = escape(f"{request.base_url}#{one.id}")
    written = format_datetime(datetime.fromtimestamp(one.created_at / 1000, UTC))
    parent = f"<thr:in-reply-to ref={quoteattr(str(one.parent_id))}/>" if one.parent_id else ""
    return (
        f'<item><guid isPermaLink="false">{one.id}</guid><link>{address}</link><pubDate>{written}</pubDate>{parent}'
        f"<dc:creator>{escape(one.author.name)}</dc:creator><description>{escape(escape(one.text))}</description></item>"
    )

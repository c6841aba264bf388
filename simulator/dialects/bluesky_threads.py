"""Posts and threads as one account sees them on Bluesky: with the gates of their threads and its own likes."""

from flask import request

from simulator import reading
from simulator.current import book
from simulator.dialects import bluesky_names as names
from simulator.dialects import bluesky_shapes as shapes
from simulator.dialects.bluesky_records import Record, gate_of, post_records
from simulator.reading import Account, Status


def gate_of_thread(status: Status) -> Record | None:
    """The threadgate of the thread a status belongs to."""
    root = reading.status(book(), status.root_id)
    return gate_of(book(), post_records(book(), [root])[root.id]) if root else None


def post_views(found: list[Status], viewer: Account) -> list[shapes.Json]:
    """Statuses as posts, in order."""
    sent = post_records(book(), found)
    gates = {one.root_id: gate_of_thread(one) for one in {one.root_id: one for one in found}.values()}
    likes = {one.id: like_of(sent[one.id], viewer) for one in found if one.favourited}
    base = request.host_url.rstrip("/")
    return [shapes.post_json(one, sent[one.id], gates[one.root_id], likes.get(one.id, ""), base) for one in found]


def like_of(post: Record, viewer: Account) -> str:
    """The address of the viewer's like of a post."""
    rows = book().rows(
        "SELECT rkey FROM bluesky_record WHERE account_id = :me AND collection = :likes"
        " AND json_extract(body, '$.subject.uri') = :uri",
        {"me": viewer.id, "likes": names.LIKE, "uri": post.uri},
    )
    return names.uri_of(viewer.id, names.LIKE, rows[0]["rkey"]) if rows else ""


def branch(center: Status, depth: int, viewer: Account) -> shapes.Json:
    """A node with everything below it, to a depth; deeper answers are only counted."""
    depths = {center.id: 0} | {found: at for found, at in reading.tree_below(book(), center) if at <= depth}
    found = reading.statuses(book(), list(depths), viewer.id)
    nodes: dict[int, shapes.Json] = {}
    for status, post in zip(found, post_views(found, viewer), strict=True):
        node = shapes.node_json(post)
        nodes[status.id] = node
        if depths[status.id] < depth:
            node["replies"] = []
        if status.id != center.id and status.parent_id in nodes:
            nodes[status.parent_id]["replies"].append(node)
    return nodes[center.id]


def parents(center: Status, height: int, viewer: Account) -> shapes.Json | None:
    """What stands above a post, nested upwards; ends with a `notFoundPost` where something is gone."""
    found = reading.statuses(book(), reading.ids_above(book(), center)[-height:] if height else [], viewer.id)
    if not height or not center.is_reply:
        return None
    node: shapes.Json | None = None
    for status, post in zip(found, post_views(found, viewer), strict=True):
        node = {**shapes.node_json(post), **({"parent": node or gone_above(status)} if status.is_reply else {})}
    return node or gone_above(center)


def gone_above(status: Status) -> shapes.Json:
    """The node for a parent that is gone."""
    reply = post_records(book(), [status])[status.id].value.get("reply", {})
    return shapes.not_found_json(str(reply.get("parent", {}).get("uri", "")))

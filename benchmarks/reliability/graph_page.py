"""A Facebook Page that answers as it is told: the platform's side of the hostile sets. Loopback only.

Lists come from a copy that may lag behind; what is asked for by id is the truth, as on the real platform.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE, POST, NAME = "500", "500_1", "Meråker kommune"
GONE = {"error": {"message": "gone", "type": "GraphMethodException", "code": 100, "error_subcode": 33}}
WRITTEN = {
    "id": POST,
    "from": {"id": PAGE, "name": NAME},
    "message": "Vi brøyter.",
    "created_time": "2026-11-20T10:00:00+0000",
}


@dataclass
class GraphPage:
    """What the Page shows now. `raw` (status, headers, body) is given to every call while it is set;
    `written` is our post."""

    listed: dict[str, dict[str, Any]] = field(default_factory=dict)
    truth: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    told_at: dict[str, str] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    raw: tuple[int, dict[str, str], bytes] | None = None
    says_with_lists: dict[str, Any] = field(default_factory=dict)
    written: str = WRITTEN["message"]
    calls: int = 0
    url: str = ""

    def clear(self) -> None:
        """Forget every comment, and answer well again."""
        self.listed, self.truth, self.told_at, self.ended, self.raw = {}, {}, {}, {}, None
        self.written = WRITTEN["message"]

    def happen(self, event: dict[str, Any]) -> None:
        """Let one event happen: the list shows what came last, the truth is what is newest."""
        payload, one = event["payload"], event["payload"]["id"]
        if event["op"] == "delete":
            self.listed.pop(one, None)
            self.truth[one], self.ended[one] = None, payload.get("deleted_time") or ""
            return
        shown = self.listed[one] = as_the_platform_says_it(payload)
        told_at = payload.get("updated_time") or payload["created_time"]
        if one in self.ended and told_at < self.ended[one]:
            return
        if not self.truth.get(one) or told_at >= self.told_at.get(one, ""):
            self.truth[one], self.told_at[one] = shown, told_at

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        """Return the status and the JSON for a call."""
        _, _, where = path.lstrip("/").partition("/")  # behind the version
        if where in {f"{PAGE}/feed", f"{PAGE}/media"}:
            listed = {"data": list(self.listed.values()), **self.says_with_lists}
            told = {**WRITTEN, "message": self.written, "comments": listed}
            return 200, {"data": [told], **self.says_with_lists}
        if where.endswith("/comments"):
            return 200, {"data": list(self.listed.values()) if where.startswith(POST) else [], **self.says_with_lists}
        if where == "me":
            return 200, {"id": PAGE, "name": NAME}
        wanted = query["ids"][0].split(",") if "ids" in query else [where]
        found = {one: self.truth.get(one) for one in wanted}
        if not all(found.values()):
            return 400, GONE
        return 200, found if "ids" in query else found[where]


def as_the_platform_says_it(payload: dict[str, Any]) -> dict[str, Any]:
    """Return a comment's JSON in the Graph API's form: one attachment, and Instagram's own names."""
    told = dict(payload)
    attached = told.get("attachments")
    if isinstance(attached, list) and attached and isinstance(attached[0], dict):
        first = told.pop("attachments")[0]
        address = first.get("url")
        picture = {"image": {"src": address}}
        told["attachment"] = {"type": first.get("type"), "url": address, "title": first.get("name"), "media": picture}
    if told.get("platform") == "instagram":
        told |= {"text": told.get("message"), "timestamp": told.get("created_time")}
    return told


@contextmanager
def running_page() -> Iterator[GraphPage]:
    """Serve a Page on a free port until the block ends."""
    page = GraphPage()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page.calls += 1
            parts = urlsplit(self.path)
            status, headers, body = page.raw or (0, {}, b"")
            if page.raw is None:
                status, told = page.answer(parts.path, parse_qs(parts.query))
                headers, body = {"Content-Type": "application/json"}, json.dumps(told).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: the figure is the only line."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    page.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield page
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

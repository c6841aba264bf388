"""Calls to a Bluesky server (XRPC): the answer as a JSON object, or the right ChannelError. Renews the session."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inbox.channels.answers import NotJsonError, parse
from inbox.channels.base import AuthExpiredError, ChannelError, Picture, RejectedError, UnclearError
from inbox.channels.bluesky_addresses import Address, as_did, post_uri
from inbox.channels.bluesky_errors import (
    A_NEW_TOKEN_HELPS,
    PLATFORM,
    TAKEN,
    error_of,
    not_understood,
    with_usual_headers,
)
from inbox.channels.bluesky_session import Opener, Tokens, refreshed
from inbox.channels.http import BODY_LIMIT, Answer, ChannelSession
from inbox.channels.uploading import uploading

UPLOAD = "/xrpc/com.atproto.repo.uploadBlob"
IMAGES = "app.bsky.embed.images"
GET_SESSION = "com.atproto.server.getSession"

Query = Sequence[tuple[str, str]]
Keep = Callable[[str], None]


class BlueskyApi:
    """One account on its server. Safe for many threads: one of them renews the session, the others use it."""

    def __init__(self, open_session: Opener, tokens: Tokens, did: str, keep_tokens: Keep | None) -> None:
        """Take how to open a session for a token, the tokens, our DID or "", and who stores new tokens."""
        self._open = open_session
        self._tokens = tokens
        self._did = as_did(did) or tokens.did
        self._keep_tokens = keep_tokens
        self._lock = threading.Lock()

    def own_did(self) -> str:
        """Our account's DID; one call the first time if neither the channel nor the tokens tell."""
        if not self._did:
            answer, account = self.query(GET_SESSION)
            self._did = as_did(account.get("did"))
            if not self._did:
                raise not_understood(answer, "an account without a DID")
        return self._did

    @property
    def known_did(self) -> str:
        """Our DID as far as we know without asking."""
        return self._did

    def query(self, name: str, query: Query = (), *, body_limit: int = BODY_LIMIT) -> tuple[Answer, dict[str, Any]]:
        """Read; raises ProtocolError with the body when a successful answer is no JSON object."""
        answer = self._call(lambda session: session.get(f"/xrpc/{name}", query, body_limit=body_limit), write=False)
        try:
            found = parse(answer.body)
        except NotJsonError as problem:
            raise not_understood(answer, str(problem)) from problem
        if not isinstance(found, dict):
            raise not_understood(answer, "something else than an object")
        return answer, found

    def several(self, name: str, query: Query, inside: str) -> tuple[Answer, list[Any], dict[str, Any]]:
        """Read a list that lies inside the answer; gives the whole answer too."""
        answer, found = self.query(name, query)
        pieces = found.get(inside)
        if not isinstance(pieces, list):
            raise not_understood(answer, f"no list of {inside}")
        return answer, pieces, found

    def procedure(self, name: str, body: Mapping[str, Any]) -> tuple[Answer, dict[str, Any]]:
        """Write; raises UnclearError when a success is not understood."""
        answer = self._call(lambda session: session.post(f"/xrpc/{name}", json=dict(body)), write=True)
        return answer, _object_in(answer)

    def embed(self, picture: Picture) -> dict[str, Any]:
        """Upload a picture (one call) and return the embed that shows it. The same bytes get the same name.

        docs.bsky.app/docs/api/com-atproto-repo-upload-blob. Raises PictureRefusedError, TransientError.
        """
        with uploading():
            answer = self._call(lambda session: session.upload(UPLOAD, picture.data, picture.media_type), write=True)
            blob = _object_in(answer).get("blob")
            if not isinstance(blob, dict):
                raise not_understood(answer, "an upload without a blob")
        size = {"width": picture.width, "height": picture.height}
        return {"$type": IMAGES, "images": [{"image": blob, "alt": picture.alt, "aspectRatio": size}]}

    def record(self, address: Address) -> dict[str, Any]:
        """A record as its own server has it, with `uri`, `cid` and `value`; raises GoneError when it is not there."""
        query = [("repo", address.did), ("collection", address.collection), ("rkey", address.rkey)]
        answer, found = self.query("com.atproto.repo.getRecord", query)
        if not isinstance(found.get("value"), dict) or not isinstance(found.get("cid"), str):
            raise not_understood(answer, "a record without content")
        return found

    def put(self, collection: str, rkey: str, record: Mapping[str, Any], replaces: str | None) -> Address:
        """Write a record of ours in place of the version with this cid; None: only where nothing is.

        Raises RejectedError with the code InvalidSwap when something else is there, and leaves that as it is.
        """
        address = Address(self.own_did(), collection, rkey)
        self.procedure(
            "com.atproto.repo.putRecord",
            {
                "repo": address.did,
                "collection": collection,
                "rkey": rkey,
                "record": dict(record),
                "swapRecord": replaces,
            },
        )
        return address

    def _call(self, ask: Callable[[ChannelSession], Answer], *, write: bool) -> Answer:
        """Ask, and once more with new tokens when only the token was refused: nothing was done then."""
        tokens = self._tokens
        answer = with_usual_headers(ask(self._open(tokens.access)))
        error = error_of(answer, write=write)
        if isinstance(error, AuthExpiredError) and error.code in A_NEW_TOKEN_HELPS and tokens.refresh:
            answer = with_usual_headers(ask(self._open(self._renewed(tokens).access)))
            error = error_of(answer, write=write)
        if error:
            raise error
        return answer

    def _renewed(self, used: Tokens) -> Tokens:
        """Tokens newer than those used: those another thread has fetched meanwhile, or fetched now and handed out."""
        with self._lock:
            if self._tokens is used:
                self._tokens = refreshed(used, self._open)
                if self._keep_tokens:
                    self._keep_tokens(str(self._tokens))
            return self._tokens


def _object_in(answer: Answer) -> dict[str, Any]:
    """Return the answer to a write as an object; UnclearError when it is none."""
    try:
        found = parse(answer.body)
    except NotJsonError as problem:
        raise _unclear(answer, str(problem)) from problem
    if not isinstance(found, dict):
        raise _unclear(answer, "something else than an object")
    return found


def checked_uri(external_id: str) -> str:
    """Return the address of a post; raises RejectedError for what cannot be one."""
    uri = post_uri(external_id)
    if not uri:
        raise RejectedError(PLATFORM, message="no post can have this address")
    return uri


def is_taken(error: ChannelError) -> bool:
    """Whether a write was refused because another version is there."""
    return error.code == TAKEN


def _unclear(answer: Answer, reason: str) -> UnclearError:
    return UnclearError(PLATFORM, answer.status, "", answer.request_id, reason, answer.body)

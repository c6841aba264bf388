"""Calls to a Mastodon server: the answer as JSON of the expected shape, or the right ChannelError."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from inbox.channels.answers import NotJsonError, as_id, machine_code, parse
from inbox.channels.base import (
    AuthExpiredError,
    ChannelError,
    GoneError,
    PermissionMissingError,
    Picture,
    ProtocolError,
    RejectedError,
    TransientError,
)
from inbox.channels.http import BODY_LIMIT, Answer, ChannelSession
from inbox.channels.refusals import error_for
from inbox.channels.uploading import uploading

PLATFORM = "mastodon"
LOOKS_AT_AN_UPLOAD = 3
BEING_PREPARED = (202, 206)
WHO_AM_I = "/api/v1/accounts/verify_credentials"
TOKEN_CODES: dict[str, type[ChannelError]] = {
    "invalid_token": AuthExpiredError,
    "identity_token_required": AuthExpiredError,
    "insufficient_scope": PermissionMissingError,
}

Query = Sequence[tuple[str, str]]


class MastodonApi:
    """One server seen with one token. Safe for many threads: two may ask for our id at once and learn the same."""

    def __init__(self, session: ChannelSession, account_id: str) -> None:
        """Take the session, and our account's id or "" to ask for it when it is first needed."""
        self._session = session
        self._account_id = account_id

    def own_id(self) -> str:
        """Our account's id; one call the first time if it was not given."""
        if not self._account_id:
            answer, account = self.object(WHO_AM_I)
            self._account_id = as_id(account.get("id"))
            if not self._account_id:
                raise not_understood(answer, "an account without an id")
        return self._account_id

    @property
    def known_id(self) -> str:
        """Our account's id as far as we know without asking."""
        return self._account_id

    def json(self, path: str, query: Query = (), *, body_limit: int = BODY_LIMIT) -> tuple[Answer, Any]:
        """Read; raises ProtocolError with the body when a successful answer is not JSON."""
        answer = self._session.get(path, query, body_limit=body_limit)
        self._refuse_errors(answer, write=False)
        try:
            return answer, parse(answer.body)
        except NotJsonError as problem:
            raise not_understood(answer, str(problem)) from problem

    def list(self, path: str, query: Query = ()) -> tuple[Answer, list[Any]]:
        """Read a list."""
        answer, found = self.json(path, query)
        if not isinstance(found, list):
            raise not_understood(answer, "something else than a list")
        return answer, found

    def object(self, path: str, *, body_limit: int = BODY_LIMIT) -> tuple[Answer, dict[str, Any]]:
        """Read an object."""
        answer, found = self.json(path, body_limit=body_limit)
        if not isinstance(found, dict):
            raise not_understood(answer, "something else than an object")
        return answer, found

    def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
        """Write; the answer of a success is not looked into."""
        answer = self._session.post(path, json=dict(body), headers=headers)
        self._refuse_errors(answer, write=True)
        return answer

    def upload(self, picture: Picture) -> str:
        """Give the server a picture and return its id, once it is ready to be shown.

        docs.joinmastodon.org/methods/media. One call; one more for servers without /api/v2, up to three while a slow
        one prepares it. Nobody sees it until a status names it. Raises PictureRefusedError; TransientError when it is
        not ready in time.
        """
        with uploading():
            try:
                answer = self._sent("/api/v2/media", picture)
            except GoneError:
                answer = self._sent("/api/v1/media", picture)
            found = as_id(_object_in(answer).get("id"))
            if not found:
                raise not_understood(answer, "an upload without an id")
            for _ in range(LOOKS_AT_AN_UPLOAD):
                if answer.status not in BEING_PREPARED:
                    return found
                time.sleep(1)
                answer = self.json(f"/api/v1/media/{found}")[0]
            if answer.status not in BEING_PREPARED:
                return found
            raise TransientError(PLATFORM, message="the picture is not ready yet")

    def _sent(self, path: str, picture: Picture) -> Answer:
        described = [("description", picture.alt)]
        answer = self._session.upload(path, picture.data, picture.media_type, field="file", form=described)
        self._refuse_errors(answer, write=True)
        return answer

    def delete(self, path: str) -> None:
        """Delete."""
        self._refuse_errors(self._session.delete(path), write=True)

    def _refuse_errors(self, answer: Answer, *, write: bool) -> None:
        """Raise what the answer's status and machine code stand for."""
        code = machine_code(answer.body) if 400 <= answer.status < 500 else ""
        error = error_for(answer, platform=PLATFORM, write=write, code=code, by_code=TOKEN_CODES)
        # Takahe says 400 for a bad token as for a bad request, and its words may be in any language.
        if isinstance(error, RejectedError) and answer.status == 400 and self._token_is_refused():
            error = AuthExpiredError(*error.args)
        if error:
            raise error

    def _token_is_refused(self) -> bool:
        """Whether even the plainest question is refused; a passing fault says nothing about the token."""
        try:
            return self._session.get(WHO_AM_I).status in (400, 401, 403)
        except ChannelError:
            return False


def _object_in(answer: Answer) -> dict[str, Any]:
    try:
        found = parse(answer.body)
    except NotJsonError as problem:
        raise not_understood(answer, str(problem)) from problem
    return found if isinstance(found, dict) else {}


def status_path(external_id: str, act: str = "") -> str:
    """Return the address of a status; raises RejectedError for what cannot be an id."""
    if not external_id or as_id(external_id) != external_id:
        raise RejectedError(PLATFORM, message="no status can have this id")
    return f"/api/v1/statuses/{external_id}" + (f"/{act}" if act else "")


def account_path(account_id: str, act: str) -> str:
    """Return the address of an act on an account; raises RejectedError for what cannot be an id."""
    if not account_id or as_id(account_id) != account_id:
        raise RejectedError(PLATFORM, message="no account can have this id")
    return f"/api/v1/accounts/{account_id}/{act}"


def not_understood(answer: Answer, reason: str) -> ProtocolError:
    """Return the error that keeps a body nobody understood."""
    return ProtocolError(PLATFORM, answer.status, "", answer.request_id, reason, answer.body)

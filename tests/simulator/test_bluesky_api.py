"""The practice Bluesky answers with the keys and types of a real one, and refuses as that did."""

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from simulator.dialects import bluesky_names as names
from simulator.dialects import bluesky_tokens
from tests.inbox.channels.reference import needs_reference, read
from tests.simulator.test_shapes import differences
from tests.simulator_server import TOKENS, Simulator, running_simulator

RUN: list[dict[str, Any]] = read("channels/bluesky/recorded-run.json") or []
NAMED = {"displayName"}  # nobody in the recording has given one
POST = "app.bsky.feed.post"


class Account:
    """A municipality signed in."""

    def __init__(self, url: str, name: str = "meraker") -> None:
        self.url = url
        sent = {"identifier": f"{name}.test", "password": TOKENS[name]}
        self.session = requests.post(f"{url}/xrpc/com.atproto.server.createSession", json=sent, timeout=10).json()
        self.did = self.session["did"]

    def get(self, call: str, **query: Any) -> requests.Response:
        return self._call("GET", call, params=query)

    def post(self, call: str, **body: Any) -> requests.Response:
        return self._call("POST", call, json=body)

    def put(self, record: dict[str, Any], rkey: str, collection: str = POST, **more: Any) -> requests.Response:
        body = {"repo": self.did, "collection": collection, "rkey": rkey, "record": record, **more}
        return self.post("com.atproto.repo.putRecord", **body)

    def news(self, **query: Any) -> list[dict[str, Any]]:
        return self.get("app.bsky.notification.listNotifications", **query).json()["notifications"]

    def _call(self, method: str, call: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.session['accessJwt']}"}
        return requests.request(method, f"{self.url}/xrpc/{call}", headers=headers, timeout=10, **more)


@pytest.fixture
def meraker(simulator: Simulator) -> Account:
    return Account(simulator.url)


def recorded(number: int) -> dict[str, Any]:
    return RUN[number]["response"]


def reply(to: dict[str, Any], text: str = "Hei", **more: Any) -> dict[str, Any]:
    reference = {"uri": to["uri"], "cid": to["cid"]}
    root = to["record"].get("reply", {}).get("root", reference)
    above = {"root": root, "parent": reference}
    return {
        "$type": POST,
        "text": text,
        "createdAt": "2026-11-21T03:51:39.000Z",
        "langs": ["nb"],
        "reply": above,
    } | more


def unlike(wanted: Any, given: Any) -> list[str]:
    found = differences(wanted, given)
    return [one for one in found if not any(f"{name} is not" in one for name in NAMED)]


@needs_reference
def test_answers_have_the_recorded_shape(simulator: Simulator, meraker: Account):
    simulator.comment(simulator.post(), "Når?", mention=False)
    news = meraker.get("app.bsky.notification.listNotifications").json()
    (comment,) = news["notifications"]
    root = comment["reasonSubject"]
    assert unlike(recorded(7)["body"], news) == []
    assert unlike(recorded(4)["body"], meraker.get("app.bsky.feed.getPosts", uris=root).json()) == []
    assert unlike(recorded(8)["body"], meraker.get("app.bsky.feed.getPostThread", uri=root, depth=10).json()) == []
    written = meraker.put(reply(comment), "3n2s75mpd5n2l")
    assert unlike(recorded(12)["body"], written.json()) == []
    assert unlike(recorded(13)["body"], meraker.put(reply(comment), "3n2s75mpd5n2l", swapRecord=None).json()) == []
    gate = {"$type": names.THREADGATE, "post": root, "createdAt": "2026-11-21T03:51:39.000Z"}
    gate |= {"hiddenReplies": [comment["uri"]]}
    rkey = root.rsplit("/", 1)[1]
    assert unlike(recorded(21)["body"], meraker.put(gate, rkey, names.THREADGATE).json()) == []
    thread = meraker.get("app.bsky.feed.getPostThread", uri=root, depth=10).json()
    assert unlike(recorded(23)["body"], thread) == []
    like = {"$type": names.LIKE, "subject": {"uri": comment["uri"], "cid": comment["cid"]}}
    like |= {"createdAt": "2026-11-21T03:51:39.000Z"}
    body = {"repo": meraker.did, "collection": names.LIKE, "record": like}
    assert unlike(recorded(35)["body"], meraker.post("com.atproto.repo.createRecord", **body).json()) == []
    simulator.delete(simulator.comments()[0]["id"])
    orphan = meraker.get("app.bsky.feed.getPostThread", uri=written.json()["uri"]).json()
    assert unlike(recorded(42)["body"], orphan) == []
    assert orphan["thread"]["parent"]["uri"] == comment["uri"]
    renewed = requests.post(
        f"{simulator.url}/xrpc/com.atproto.server.refreshSession",
        headers={"Authorization": f"Bearer {meraker.session['refreshJwt']}"},
        timeout=10,
    )
    assert unlike(recorded(44)["body"], renewed.json()) == []


@needs_reference
def test_refusals_are_the_recorded_ones(simulator: Simulator, meraker: Account):
    simulator.comment(simulator.post())
    (comment,) = meraker.news()
    key = "3n2s75mpd5n2l"
    meraker.put(reply(comment), key)
    body = {"repo": meraker.did, "collection": POST, "record": reply(comment), "rkey": key}
    foreign = comment["uri"].split("/")[2]
    kari = {"repo": foreign, "collection": POST, "rkey": comment["uri"].rsplit("/", 1)[1]}
    given = {
        10: meraker.post("com.atproto.repo.createRecord", **body),
        14: meraker.put(reply(comment, "Ein annan tekst."), key, swapRecord=None),
        15: meraker.post("com.atproto.repo.createRecord", **(body | {"rkey": "draft-123"})),
        18: meraker.put(reply(comment, "æ" * 301), "3n2s75mpd5n2m"),
        19: meraker.put(reply(comment, "👨‍👩‍👧‍👦" * 300), "3n2s75mpd5n2m"),
        36: meraker.post("com.atproto.repo.deleteRecord", **kari),
        40: meraker.get("app.bsky.feed.getPostThread", uri=RUN[40]["request"]["query"][0][1]),
        46: meraker.get("app.bsky.notification.listNotifications", limit=500),
    }
    meraker.session["accessJwt"] = "not-a-token"
    given[43] = meraker.get("app.bsky.notification.listNotifications")
    for number, answer in given.items():
        wanted = recorded(number)
        assert (answer.status_code, answer.json()["error"]) == (wanted["status"], wanted["body"]["error"]), number
        if number != 14:  # names the version that is there
            assert answer.json() == wanted["body"]
    assert [one["text"] for one in simulator.book()] == ["Hei"]


def test_a_comment_needs_no_mention_to_be_told_and_its_names_are_live(simulator: Simulator, meraker: Account):
    root = simulator.post()
    simulator.comment(simulator.comment(root, "Én", author="Kari Prøvestad"), "To", author="Ola Prøvestad")
    simulator.comment(simulator.post(account="tydal"), "Ikke til oss", mention=False)
    texts = [one["record"]["text"] for one in meraker.news()]
    assert texts == ["@meraker.test @kari-provestad.test To", "@meraker.test Én"]
    for facet in meraker.news()[0]["record"]["facets"]:
        index = facet["index"]
        assert texts[0].encode()[index["byteStart"] : index["byteEnd"]].decode().startswith("@")


def test_comments_of_one_time_are_lost_between_pages_as_on_the_real_one(simulator: Simulator, meraker: Account):
    root = simulator.post(created_at="2026-11-20T08:00:00+01:00")
    for number in range(5):
        simulator.comment(root, f"same time {number}", created_at="2026-11-21T03:51:40+00:00")
    page = meraker.get("app.bsky.notification.listNotifications", limit=2).json()
    assert page["cursor"] == "2026-11-21T03:51:40.000Z"
    assert meraker.news(limit=2, cursor=page["cursor"]) == []
    assert len(meraker.news(limit=100)) == 5


def test_ten_at_once_with_one_key_are_one_post(simulator: Simulator, meraker: Account):
    simulator.comment(simulator.post())
    (comment,) = meraker.news()
    with ThreadPoolExecutor(10) as pool:
        texts = [f"Tekst {number}" for number in range(10)]
        codes = list(pool.map(lambda one: meraker.put(reply(comment, one), "3n2s75mpd5n2l", swapRecord=None), texts))
    assert sorted(one.status_code for one in codes) == [200] + [400] * 9
    assert len(simulator.book()) == 1


def test_an_edit_has_another_version_and_a_deletion_takes_its_news_back(simulator: Simulator, meraker: Account):
    comment = simulator.comment(simulator.post(), "Før", mention=False)
    before = meraker.news()[0]
    simulator.edit(comment, "Etter")
    after = meraker.news()[0]
    assert (after["record"]["text"], after["uri"]) == ("Etter", before["uri"])
    assert after["cid"] != before["cid"]
    simulator.delete(comment)
    assert meraker.news() == []


def test_branches_deeper_than_asked_for_are_only_counted(simulator: Simulator, meraker: Account):
    parent = simulator.post()
    for number in range(4):
        parent = simulator.comment(parent, f"{number}", mention=False)
    root = meraker.news()[0]["record"]["reply"]["root"]["uri"]
    node = meraker.get("app.bsky.feed.getPostThread", uri=root, depth=2).json()["thread"]
    node = node["replies"][0]["replies"][0]
    assert node["post"]["replyCount"] == 1
    assert "replies" not in node


def test_sessions_end_and_are_signed(simulator: Simulator, meraker: Account, monkeypatch: pytest.MonkeyPatch):
    head, claims, signature = meraker.session["accessJwt"].split(".")
    forged = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))) | {"exp": int(time.time()) + 10**6}
    meraker.session["accessJwt"] = (
        f"{head}.{base64.urlsafe_b64encode(json.dumps(forged).encode()).decode()}.{signature}"
    )
    assert meraker.get("com.atproto.server.getSession").json()["error"] == "InvalidToken"
    meraker.session["accessJwt"] = meraker.session["refreshJwt"]
    assert meraker.get("com.atproto.server.getSession").json()["error"] == "InvalidToken"
    monkeypatch.setitem(bluesky_tokens.LIVES, bluesky_tokens.ACCESS, -1)
    assert Account(simulator.url).get("com.atproto.server.getSession").json()["error"] == "ExpiredToken"
    bare = requests.get(f"{simulator.url}/xrpc/com.atproto.server.getSession", timeout=10)
    assert (bare.status_code, bare.json()["error"]) == (401, "AuthMissing")


def test_an_unknown_call_is_refused_as_json(meraker: Account):
    answer = meraker.get("app.bsky.feed.getTimeline")
    assert (answer.status_code, answer.json()["error"]) == (501, "MethodNotImplemented")


def test_the_rate_limit_is_told_in_seconds(tmp_path: Any):
    with running_simulator(tmp_path, 3) as url:
        Simulator(url).reset()
        account = Account(url)
        answers = [account.get("com.atproto.server.getSession") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["error"] == "RateLimitExceeded"
    assert int(answers[-1].headers["RateLimit-Reset"]) > time.time()


def test_emptying_the_book_takes_its_records_along(simulator: Simulator, meraker: Account):
    simulator.comment(simulator.post())
    (comment,) = meraker.news()
    uri = meraker.put(reply(comment), "3n2s75mpd5n2l").json()["uri"]
    simulator.reset()
    fresh = Account(simulator.url)
    assert fresh.get("app.bsky.feed.getPosts", uris=uri).json() == {"posts": []}


@pytest.mark.parametrize("number", [0, 1, 2**62, 2**63 - 1])
def test_names_can_be_read_back(number: int):
    assert names.account_id_of(names.did_of(number)) == number
    assert names.status_id_of(names.rkey_of(number)) == number
    assert names.username_of(names.handle_of("kari_provestad")) == "kari_provestad"

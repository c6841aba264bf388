"""The Graph API of the practice platform: Facebook and Instagram over the same book, shaped as recorded."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.dialects.graph_fields import BadFieldsError, fields_of
from tests.simulator.test_shapes import differences
from tests.simulator_server import Simulator, running_simulator

RECORDINGS = Path(__file__).parents[3] / "shared" / "channels"
needs_recordings = pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings ({RECORDINGS})")
GRAPH = "/graph/v26.0"


def recorded(name: str) -> Any:
    return json.loads((RECORDINGS / name).read_text(encoding="utf-8"))


def get(simulator: Simulator, path: str, status: int = 200, **query: str) -> dict[str, Any]:
    response = simulator.api("GET", f"{GRAPH}/{path}", params=query)
    assert response.status_code == status, response.text
    return response.json()


def send(simulator: Simulator, path: str, method: str = "POST", status: int = 200, **fields: Any) -> dict[str, Any]:
    response = simulator.api(method, f"{GRAPH}/{path}", json=fields)
    assert response.status_code == status, response.text
    return response.json()


def say(simulator: Simulator, parent: str, text: str = "Når?", **more: Any) -> str:
    return simulator.comment(parent, text, mention=False, **more)


@pytest.fixture
def page(simulator: Simulator) -> str:
    return str(get(simulator, "me")["id"])


def without_empty(body: Any) -> Any:
    """A recorded body without the fields that only a real platform can fill."""
    return {name: value for name, value in body.items() if name != "attachment"}


@needs_recordings
def test_a_facebook_comment_is_shaped_as_recorded(simulator: Simulator):
    wanted = without_empty(recorded("facebook/comment_full.json"))
    post = simulator.post()
    comment = say(simulator, post)
    assert differences(wanted, get(simulator, f"{post}_{comment}", fields=",".join(wanted))) == []


@needs_recordings
def test_a_page_of_facebook_comments_is_shaped_as_recorded(simulator: Simulator, page: str):
    wanted = recorded("facebook/comments_p1.json")
    post = simulator.post()
    for _ in range(3):
        say(simulator, post)
    fields = ",".join(wanted["data"][0])
    given = get(simulator, f"{page}_{post}/comments", fields=fields, filter="stream", summary="1", limit="2")
    for piece in given["data"]:
        assert piece.pop("id")  # upstream took it out of the recording
    assert differences(wanted, given) == []


@needs_recordings
def test_a_written_facebook_reply_is_shaped_as_recorded(simulator: Simulator):
    wanted = recorded("facebook/create_resp.json")
    post = simulator.post()
    comment = say(simulator, post)
    given = send(simulator, f"{post}_{comment}/comments", message="Snart.", fields=",".join(wanted))
    assert differences(wanted, given) == []
    assert given["permalink_url"].split("?")[1].startswith(f"comment_id={comment}&reply_comment_id=")


@needs_recordings
def test_a_refusal_is_shaped_as_recorded(simulator: Simulator, page: str):
    wanted = recorded("facebook/error_data.json")
    given = get(simulator, f"{page}_1", status=400)
    del given["error"]["error_subcode"]  # tells more than the recorded one
    assert differences(wanted, given) == []
    assert given["error"]["code"] == wanted["error"]["code"]


@needs_recordings
def test_instagram_comments_are_shaped_as_recorded(simulator: Simulator):
    post = simulator.post()
    comment = simulator.api("POST", "/api/v1/statuses", data={"status": "Hei", "in_reply_to_id": post}).json()["id"]
    say(simulator, comment)
    whole = recorded("instagram/comment_full.json")
    names = ",".join(one for one in whole if one not in ("media", "replies"))
    given = get(simulator, comment, fields=f"{names},media{{id}},replies{{timestamp,text,id}}")
    given["media"].pop("permalink")
    given["replies"].pop("paging")
    assert differences(whole, given) == []
    first = recorded("instagram/comments_p1.json")
    say(simulator, post)
    say(simulator, post)
    listed = get(simulator, f"{post}/comments", fields="timestamp,text,id", limit="2")
    del listed["paging"]["cursors"]["before"]
    assert differences(first, listed) == []
    several = recorded("instagram/comments_fields.json")
    found = get(simulator, "", ids=comment, fields=",".join(next(iter(several.values()))))
    assert differences(next(iter(several.values())), found[comment]) == []


@needs_recordings
def test_posts_are_shaped_as_recorded(simulator: Simulator, page: str):
    for one in range(3):
        simulator.post(f"Innlegg {one}")
    facebook = recorded("facebook/feed_fields_p1.json")
    given = get(simulator, f"{page}/feed", fields="id,message,created_time", limit="2")
    assert differences(facebook["data"], given["data"]) == []
    instagram = recorded("instagram/medias_p1.json")
    names = ",".join(instagram["data"][0])
    assert differences(instagram, get(simulator, f"{page}/media", fields=names, limit="2")) == []


# What the recording has besides, and nothing of ours asks for.
NOT_ASKED = {"full_picture", "icon", "status_type", "updated_time", "reactions"}
NOT_ASKED |= {"like", "love", "wow", "haha", "sad", "angry", "thankful"}


@needs_recordings
def test_a_post_with_an_album_is_shaped_as_recorded(simulator: Simulator, page: str):
    wanted = {name: one for name, one in recorded("facebook/post_full.json").items() if name not in NOT_ASKED}
    post = simulator.post("Vi brøyter.")
    say(simulator, post)
    for subject in ("hull", "vann"):
        simulator.api("POST", "/_control/pictures", json={"status": post, "subject": subject}).raise_for_status()
    fields = "id,message,created_time,permalink_url,attachments{media_type,type,url,title,media},"
    given = get(simulator, f"{page}_{post}", fields=fields + "comments.filter(stream).summary(1).limit(0){id}")
    assert differences(wanted, given) == []
    assert set(given) == set(wanted)
    assert given["comments"]["summary"]["total_count"] == 1
    assert len(given["attachments"]["data"][0]["subattachments"]["data"]) == 2


@needs_recordings
def test_a_comment_that_mentions_the_account_elsewhere_is_shaped_as_recorded(simulator: Simulator, page: str):
    wanted = recorded("instagram/mentioned_comment.json")
    number = say(simulator, simulator.post())
    inside = ",".join(wanted["mentioned_comment"])
    given = get(simulator, "me", fields=f"mentioned_comment.comment_id({number}){{{inside}}}")
    given = {name: given[name] for name in ("mentioned_comment", "id")}
    assert differences(wanted, given) == []
    assert (given["mentioned_comment"]["id"], given["id"]) == (number, page)


def test_nesting_is_one_level_on_both(simulator: Simulator, page: str):
    post = simulator.post()
    top = say(simulator, post)
    deep = say(simulator, say(simulator, top))
    streamed = get(simulator, f"{page}_{post}/comments", fields="id,parent{id}", filter="stream")["data"]
    assert streamed[-1] == {"id": f"{post}_{deep}", "parent": {"id": f"{post}_{top}"}}
    at_top = get(simulator, f"{page}_{post}/comments", fields="id")["data"]
    assert at_top == [{"id": f"{post}_{top}"}]
    assert len(get(simulator, f"{post}_{top}/comments")["data"]) == 2
    assert [one["id"] for one in get(simulator, f"{post}/comments")["data"]] == [top]
    assert len(get(simulator, f"{top}/replies")["data"]) == 2


def test_pages_go_on_by_their_cursor_though_the_last_one_is_deleted(simulator: Simulator, page: str):
    post = simulator.post()
    written = [say(simulator, post) for _ in range(5)]
    first = get(simulator, f"{page}_{post}/comments", fields="id", limit="2")
    assert "access_token" not in first["paging"]["next"]
    simulator.delete(written[1])
    rest = get(simulator, f"{page}_{post}/comments", fields="id", limit="3", after=first["paging"]["cursors"]["after"])
    assert [one["id"] for one in rest["data"]] == [f"{post}_{one}" for one in written[2:]]
    assert "next" not in rest["paging"]
    backwards = get(simulator, f"{page}_{post}/comments", fields="id", order="reverse_chronological", limit="1")
    assert backwards["data"] == [{"id": f"{post}_{written[-1]}"}]


def test_the_same_reply_sent_twice_stands_twice(simulator: Simulator):
    post = simulator.post()
    comment = say(simulator, post)
    for _ in range(2):
        send(simulator, f"{post}_{comment}/comments", message="Snart.")
    assert [one["text"] for one in simulator.book()] == ["Snart.", "Snart."]


def test_anothers_comments_do_not_exist(simulator: Simulator):
    post = simulator.post(account="tydal")
    comment = say(simulator, post)
    for path in (f"{post}_{comment}", comment, post, "me/x", f"{post}_{comment}/comments"):
        assert simulator.api("GET", f"{GRAPH}/{path}").status_code in (400, 404)
    assert send(simulator, f"{post}_{comment}", method="DELETE", status=400)["error"]["error_subcode"] == 33
    assert send(simulator, f"{comment}/replies", status=400, message="Hei")["error"]["code"] == 100
    assert simulator.book() == []


def test_hidden_ones_are_told_and_forgotten_with_a_reset(simulator: Simulator):
    post = simulator.post()
    comment = say(simulator, post)
    assert send(simulator, f"{post}_{comment}", is_hidden=True) == {"success": True}
    assert get(simulator, f"{post}_{comment}", fields="is_hidden")["is_hidden"] is True
    assert get(simulator, comment, fields="hidden")["hidden"] is True
    assert send(simulator, f"{comment}/replies", status=400, message="Hei")["error"]["code"] == 100
    send(simulator, comment, hide="false")
    assert get(simulator, f"{post}_{comment}", fields="is_hidden")["is_hidden"] is False
    send(simulator, comment, hide=True)
    simulator.reset()


def test_bad_tokens_fields_and_ids_are_refused_by_code(simulator: Simulator, page: str):
    def code(path: str, token: str | None = "demo-token-meraker", **query: str) -> tuple[int, int]:
        response = simulator.api("GET", f"{GRAPH}/{path}", token=token, params=query)
        return response.status_code, response.json()["error"]["code"]

    post = simulator.post()
    assert code("me", token=None) == (400, 2500)
    assert code("me", token="feil") == (401, 190)
    assert code(f"{page}_{post}", fields="tull") == (400, 100)
    assert code(f"{page}_{post}", fields="id{") == (400, 2500)
    assert code("", ids=f"{page}_{post},1_2") == (404, 803)
    assert code(f"{page}_{post}/comments", after="tull") == (400, 100)
    for wrong in ("", "x" * 8001):
        assert send(simulator, f"{page}_{post}/comments", status=400, message=wrong)["error"]["code"] == 100


def test_faults_strike_here_too(simulator: Simulator, page: str):
    post = simulator.post()
    simulator.fault("error_after", method="POST", path="/graph/")
    send_path = f"{GRAPH}/{page}_{post}/comments"
    assert simulator.api("POST", send_path, json={"message": "Hei"}).status_code == 500
    assert len(simulator.book()) == 1
    simulator.fault("read_lag", ms=60_000)
    assert simulator.api("GET", send_path).status_code == 400


def test_the_limit_is_told_in_per_cent_and_refused_with_a_code(tmp_path: Path):
    with running_simulator(tmp_path, calls_per_five_minutes=4) as url:
        simulator = Simulator(url)
        simulator.reset()
        answers = [simulator.api("GET", f"{GRAPH}/me") for _ in range(5)]
        usages = [json.loads(one.headers["X-Business-Use-Case-Usage"]) for one in answers]
    assert [one.status_code for one in answers] == [200, 200, 200, 200, 403]
    assert answers[4].json()["error"]["code"] == 32
    counts = [next(iter(usage.values()))[0]["call_count"] for usage in usages]
    assert counts == [25, 50, 75, 100, 100]
    assert next(iter(usages[4].values()))[0]["estimated_time_to_regain_access"] == 5


def test_field_lists_are_read_with_arguments_and_what_is_inside():
    found = fields_of("id, comments.filter(stream).limit(5){id,from{id}},message")
    assert list(found) == ["id", "comments", "message"]
    assert found["comments"].arguments == {"filter": "stream", "limit": "5"}
    assert list(found["comments"].inside["from"].inside) == ["id"]
    assert fields_of("") == {}


@pytest.mark.parametrize("bad", ["id{", "id}", "{id}", "id;", ".limit(5)", "a{" * 20 + "}" * 20, "id.limit(5"])
def test_field_lists_that_cannot_be_read_are_refused(bad: str):
    with pytest.raises(BadFieldsError):
        fields_of(bad)

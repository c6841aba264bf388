"""The control API sets the stage and reads the book."""

import pytest
import requests

from tests.simulator_server import Simulator

HOSTILE = "<script>alert(1)</script> \x00 \ud800 ‮ 👩‍👩‍👧 " + "ø" * 600


def order(simulator: Simulator, path: str, body: object, **more: object) -> requests.Response:
    return requests.post(f"{simulator.url}/_control{path}", json=body, timeout=5, **more)


def test_the_book_tells_texts_times_keys_and_deletions_of_what_was_published(simulator: Simulator):
    comment = simulator.comment(simulator.post())
    sent = {"status": "@kari_provestad Svar", "in_reply_to_id": comment}
    mine = simulator.api("POST", "/api/v1/statuses", data=sent, headers={"Idempotency-Key": "k"}).json()
    simulator.api("PUT", f"/api/v1/statuses/{mine['id']}", data={"status": "@kari_provestad Bedre svar"})
    simulator.api("DELETE", f"/api/v1/statuses/{mine['id']}")
    (entry,) = simulator.book("meraker")
    assert entry["versions"] == ["@kari_provestad Svar", "@kari_provestad Bedre svar"]
    assert entry["text"] == entry["versions"][-1]
    assert (entry["id"], entry["in_reply_to_id"], entry["idempotency_key"]) == (mine["id"], comment, "k")
    assert entry["created_at"] <= entry["edited_at"] <= entry["deleted_at"]
    assert simulator.book("tydal") == []


def test_posts_and_comments_of_the_stage_are_not_in_the_book_but_comments_are_listed(simulator: Simulator):
    here = simulator.comment(simulator.post(), "Her")
    there = simulator.comment(simulator.post(account="tydal"), "Der", mention=False)
    simulator.delete(there)
    assert simulator.book() == []
    assert [(one["id"], one["notified"]) for one in simulator.comments("meraker")] == [(here, ["meraker"])]
    (gone,) = simulator.comments("tydal")
    assert gone["notified"] == []
    assert gone["deleted_at"]


def test_a_citizen_keeps_one_account_and_two_names_are_two(simulator: Simulator):
    post = simulator.post()
    for author in ("Åse Prøvdal", "Åse Prøvdal", "Ola Testbakken"):
        simulator.comment(post, "Hei", author=author)
    assert [one["account"] for one in simulator.comments()] == ["ase_provdal", "ase_provdal", "ola_testbakken"]


def test_a_citizen_may_be_without_a_name(simulator: Simulator):
    comment = simulator.comment(simulator.post(), "Hei", author="", username="navnlos")
    account = simulator.api("GET", f"/api/v1/statuses/{comment}").json()["account"]
    assert (account["username"], account["display_name"]) == ("navnlos", "")


def test_hostile_text_goes_through_the_api_unchanged_in_the_book_and_escaped_as_html(simulator: Simulator):
    comment = simulator.comment(simulator.post(), HOSTILE, mention=False)
    given = simulator.api("GET", f"/api/v1/statuses/{comment}").json()["content"]
    assert "<script" not in given
    assert "&lt;script&gt;" in given
    assert simulator.comments()[0]["text"] == HOSTILE


def test_a_list_of_comments_is_written_whole_or_not_at_all(simulator: Simulator):
    post = simulator.post()
    given = order(simulator, "/comments", [{"parent": post, "text": "En"}, {"parent": "1", "text": "To"}])
    assert given.status_code == 422
    assert "no status 1" in given.json()["error"]
    assert simulator.comments() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/posts", {"account": "ukjent", "text": "Hei"}),
        ("/posts", {"account": "meraker"}),
        ("/posts", {"account": "meraker", "text": "Hei", "created_at": "2026-11-20T12:00:00"}),
        ("/posts", {"account": "meraker", "text": "Hei", "created_at": "i går"}),
        ("/posts", {"account": "meraker", "text": "Hei", "visibility": "hemmelig"}),
        ("/comments", {"parent": "tull", "text": "Hei"}),
        ("/comments", "Hei"),
        ("/accounts", {"username": "ny", "display_name": "\ud800", "token": "other"}),
        ("/accounts", {"username": "meraker", "display_name": "To", "token": "other"}),
        ("/accounts", {"username": "ny", "display_name": "Ny", "token": "demo-token-meraker"}),
    ],
)
def test_a_wrong_order_is_refused_with_the_reason(simulator: Simulator, path: str, body: object):
    given = order(simulator, path, body)
    assert given.status_code == 422
    assert given.json()["error"]
    assert simulator.comments() == []


def test_a_web_page_of_somebody_else_cannot_steer(simulator: Simulator):
    given = order(simulator, "/reset", {}, headers={"Origin": "https://evil.example"})
    assert given.status_code == 403
    assert simulator.api("GET", "/api/v1/accounts/verify_credentials").status_code == 200


def test_a_foreign_host_name_is_refused(simulator: Simulator):
    given = requests.get(f"{simulator.url}/_control/book", headers={"Host": "evil.example"}, timeout=5)
    assert given.status_code == 400


def test_reset_leaves_nothing(simulator: Simulator):
    simulator.comment(simulator.post())
    simulator.fault("error_before")
    order(simulator, "/reset", {})
    assert simulator.comments() == []
    assert simulator.faults() == []
    assert simulator.api("GET", "/api/v1/accounts/verify_credentials").status_code == 401

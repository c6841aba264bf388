"""Lists are read in pages up and down by the Link header, without loss and without repeats."""

import pytest

from tests.simulator_server import Simulator

NOTIFICATIONS = "/api/v1/notifications"


@pytest.fixture
def comments(simulator: Simulator) -> list[str]:
    post = simulator.post()
    return simulator.comment_all([{"parent": post, "text": f"Nummer {number}"} for number in range(25)])


def page(simulator: Simulator, url: str) -> tuple[list[dict], dict[str, str]]:
    response = simulator.api("GET", url.removeprefix(simulator.url))
    return response.json(), {rel: way["url"] for rel, way in response.links.items()}


def walk(simulator: Simulator, url: str, rel: str) -> list[list[dict]]:
    pages = []
    for _ in range(20):
        items, ways = page(simulator, url)
        if not items:
            return pages
        pages.append(items)
        url = ways[rel]
    raise AssertionError("the pages never end")


def test_downwards_by_next_every_notification_comes_once(simulator: Simulator, comments: list[str]):
    pages = walk(simulator, f"{NOTIFICATIONS}?types[]=mention&limit=10", "next")
    assert [len(items) for items in pages] == [10, 10, 5]
    assert [one["status"]["id"] for items in pages for one in items] == comments[::-1]


def test_upwards_by_prev_every_notification_comes_once_and_the_oldest_pages_first(
    simulator: Simulator, comments: list[str]
):
    pages = walk(simulator, f"{NOTIFICATIONS}?types[]=mention&limit=10&min_id=0", "prev")
    assert [one["status"]["id"] for items in pages for one in items[::-1]] == comments


def test_since_id_gives_the_newest_page_and_skips_what_lies_between(simulator: Simulator, comments: list[str]):
    items, _ = page(simulator, f"{NOTIFICATIONS}?limit=10&since_id=0")
    assert [one["status"]["id"] for one in items] == comments[:-11:-1]


def test_an_empty_page_has_no_ways_on(simulator: Simulator):
    assert page(simulator, NOTIFICATIONS) == ([], {})


def test_a_new_notification_is_found_above_the_last_one_seen(simulator: Simulator, comments: list[str]):
    _, ways = page(simulator, f"{NOTIFICATIONS}?limit=5")
    assert page(simulator, ways["prev"])[0] == []
    fresh = simulator.comment(comments[0], "Enda en")
    assert [one["status"]["id"] for one in page(simulator, ways["prev"])[0]] == [fresh]


def test_other_types_than_mention_are_not_there(simulator: Simulator, comments: list[str]):
    assert page(simulator, f"{NOTIFICATIONS}?types[]=favourite")[0] == []
    assert page(simulator, f"{NOTIFICATIONS}?exclude_types[]=mention")[0] == []


@pytest.mark.parametrize(("asked", "given"), [("", 25), ("limit=1000", 25), ("limit=3", 3), ("limit=tull", 25)])
def test_limits_are_kept(simulator: Simulator, comments: list[str], asked: str, given: int):
    assert len(page(simulator, f"{NOTIFICATIONS}?{asked}")[0]) == given


def test_an_accounts_posts_come_in_pages_without_its_replies(simulator: Simulator):
    posts = [simulator.post(f"Innlegg {number}") for number in range(7)]
    comment = simulator.comment(posts[0])
    simulator.api("POST", "/api/v1/statuses", data={"status": "@kari_provestad Svar", "in_reply_to_id": comment})
    account = simulator.api("GET", "/api/v1/accounts/verify_credentials").json()["id"]
    first, ways = page(simulator, f"/api/v1/accounts/{account}/statuses?limit=5&exclude_replies=true")
    second, last_ways = page(simulator, ways["next"])
    assert [one["id"] for one in first + second] == posts[::-1]
    assert "next" not in last_ways
    everything, _ = page(simulator, f"/api/v1/accounts/{account}/statuses?limit=40")
    assert len(everything) == 8

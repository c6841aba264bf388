"""The Mastodon API of the practice platform behaves as the real one does where an inbox depends on it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.simulator_server import Simulator

STATUSES = "/api/v1/statuses"


def publish(simulator: Simulator, text: str, key: str = "", **fields: str) -> dict:
    headers = {"Idempotency-Key": key} if key else {}
    response = simulator.api("POST", STATUSES, data={"status": text, **fields}, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


def mentions(simulator: Simulator) -> list[str]:
    return [one["status"]["id"] for one in simulator.api("GET", "/api/v1/notifications?types[]=mention").json()]


def below(simulator: Simulator, status_id: str, token: str | None = "demo-token-meraker") -> list[str]:
    answer = simulator.api("GET", f"{STATUSES}/{status_id}/context", token=token)
    return [one["id"] for one in answer.json()["descendants"]]


def test_only_a_comment_that_mentions_us_is_notified_but_the_context_has_both(simulator: Simulator):
    post = simulator.post()
    calling = simulator.comment(post, "Takk for brøytinga")
    silent = simulator.comment(post, "Dette gikk bra", mention=False)
    assert mentions(simulator) == [calling]
    assert set(below(simulator, post)) == {calling, silent}


def test_one_municipality_is_not_notified_of_anothers_comments(simulator: Simulator):
    simulator.comment(simulator.post(account="tydal"), "Hei")
    assert mentions(simulator) == []


def test_ids_are_texts_that_grow(simulator: Simulator):
    post = simulator.post()
    ids = [simulator.comment(post, f"Nummer {number}") for number in range(20)]
    assert ids == sorted(ids, key=int)
    assert len(set(ids)) == 20
    assert all(len(one) == 18 for one in ids)


def test_a_late_comment_has_an_old_id_but_a_new_notification(simulator: Simulator):
    post = simulator.post(created_at="2026-11-01T08:00:00+01:00")
    recent = simulator.comment(post, "Ny", created_at="2026-11-20T12:00:00+01:00")
    late = simulator.comment(post, "Gammel", created_at="2026-11-19T12:00:00+01:00")
    assert int(late) < int(recent)
    assert mentions(simulator) == [late, recent]


def test_the_same_idempotency_key_gives_the_same_status_and_writes_once(simulator: Simulator):
    first = publish(simulator, "Svar", key="reply-1")
    again = publish(simulator, "Svar", key="reply-1")
    other = publish(simulator, "Svar", key="reply-2")
    assert first["id"] == again["id"] != other["id"]
    assert [(one["idempotency_key"], one["replays"]) for one in simulator.book("meraker")] == [
        ("reply-1", 1),
        ("reply-2", 0),
    ]


def test_the_same_key_from_another_account_is_another_status(simulator: Simulator):
    first = publish(simulator, "Svar", key="reply-1")
    sent = {"data": {"status": "Svar"}, "headers": {"Idempotency-Key": "reply-1"}}
    second = simulator.api("POST", STATUSES, token="demo-token-tydal", **sent).json()
    assert first["id"] != second["id"]


def test_ten_at_once_with_one_key_write_one_status(simulator: Simulator):
    with ThreadPoolExecutor(10) as pool:
        ids = {one["id"] for one in pool.map(lambda _: publish(simulator, "Svar", key="same"), range(10))}
    assert len(ids) == 1
    assert len(simulator.book()) == 1


def test_without_a_key_the_same_text_is_written_twice(simulator: Simulator):
    publish(simulator, "Svar")
    publish(simulator, "Svar")
    assert [one["text"] for one in simulator.book()] == ["Svar", "Svar"]


def test_json_is_as_good_as_a_form(simulator: Simulator):
    comment = simulator.comment(simulator.post())
    sent = {"status": "@kari_provestad Ja.", "in_reply_to_id": comment, "visibility": "unlisted", "language": "nn"}
    given = simulator.api("POST", STATUSES, json=sent).json()
    assert (given["in_reply_to_id"], given["visibility"], given["language"]) == (comment, "unlisted", "nn")
    assert given["mentions"][0]["username"] == "kari_provestad"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("æ" * 500, 200),
        ("æ" * 501, 422),
        ("👩‍👩‍👧" * 500, 200),
        ("æ" * 476 + " https://www.example.no/" + "lang" * 100, 200),
        ("æ" * 477 + " https://www.example.no/" + "lang" * 100, 422),
        ("@kari@et.langt.domene.example " + "æ" * 494, 200),
        ("@kari@et.langt.domene.example " + "æ" * 495, 422),
        ("   \n ", 422),
    ],
)
def test_length_is_counted_in_graphemes_links_as_23_and_mentions_by_local_part(
    simulator: Simulator, text: str, code: int
):
    assert simulator.api("POST", STATUSES, data={"status": text}).status_code == code
    assert len(simulator.book()) == (1 if code == 200 else 0)


def test_text_is_trimmed_and_comes_back_as_paragraphs_with_links_and_escapes(simulator: Simulator):
    given = publish(simulator, "  Hei <b>du</b>\nneste\n\nSe https://www.example.no/a?b=1&c=2. #Vann  ")
    assert given["content"] == (
        "<p>Hei &lt;b&gt;du&lt;/b&gt;<br />neste</p>"
        '<p>Se <a href="https://www.example.no/a?b=1&amp;c=2" target="_blank" rel="nofollow noopener" translate="no">'
        '<span class="invisible">https://</span><span class="">www.example.no/a?b=1&amp;c=2</span></a>. '
        f'<a href="{simulator.url}/tags/vann" class="mention hashtag" rel="tag">#<span>Vann</span></a></p>'
    )
    assert given["tags"][0]["name"] == "vann"


def test_an_edit_is_seen_in_text_time_and_history(simulator: Simulator):
    comment = simulator.comment(simulator.post(), "Kor er brøytebilen?", mention=False)
    simulator.edit(comment, "Kor er brøytebilen no?")
    given = simulator.api("GET", f"{STATUSES}/{comment}").json()
    history = simulator.api("GET", f"{STATUSES}/{comment}/history").json()
    assert given["content"] == "<p>Kor er brøytebilen no?</p>"
    assert given["edited_at"] == history[-1]["created_at"]
    assert [one["content"] for one in history] == ["<p>Kor er brøytebilen?</p>", "<p>Kor er brøytebilen no?</p>"]


def test_the_same_text_again_is_no_edit(simulator: Simulator):
    comment = simulator.comment(simulator.post(), "Hei", mention=False)
    simulator.edit(comment, "Hei")
    assert simulator.api("GET", f"{STATUSES}/{comment}").json()["edited_at"] is None


def test_a_mention_added_by_an_edit_notifies(simulator: Simulator):
    comment = simulator.comment(simulator.post(), "Hei", mention=False)
    assert mentions(simulator) == []
    simulator.edit(comment, "@meraker hei")
    assert mentions(simulator) == [comment]


def test_a_deleted_comment_takes_its_notification_and_the_answers_below_it_out_of_the_thread(simulator: Simulator):
    post = simulator.post()
    comment = simulator.comment(post)
    reply = publish(simulator, "@kari_provestad Snart.", in_reply_to_id=comment)
    simulator.delete(comment)
    assert simulator.api("GET", f"{STATUSES}/{comment}").status_code == 404
    assert mentions(simulator) == []
    assert below(simulator, post) == []
    left = simulator.api("GET", f"{STATUSES}/{reply['id']}").json()
    assert left["in_reply_to_id"] is None


def test_several_statuses_leave_out_what_is_gone(simulator: Simulator):
    post = simulator.post()
    first, second, third = (simulator.comment(post, f"Nummer {number}") for number in range(3))
    simulator.delete(second)
    asked = "&".join(f"id[]={one}" for one in (third, second, first, "0", "tull"))
    assert [one["id"] for one in simulator.api("GET", f"{STATUSES}?{asked}").json()] == [third, first]


def test_the_context_holds_the_whole_branch_in_order(simulator: Simulator):
    post = simulator.post()
    first = simulator.comment(post, "A")
    second = simulator.comment(post, "B")
    under_first = simulator.comment(first, "A1")
    deepest = simulator.comment(under_first, "A1a")
    assert below(simulator, post) == [first, under_first, deepest, second]
    assert below(simulator, first) == [under_first, deepest]
    context = simulator.api("GET", f"{STATUSES}/{deepest}/context").json()
    assert [one["id"] for one in context["ancestors"]] == [post, first, under_first]


def test_a_stranger_sees_only_sixty_of_the_thread(simulator: Simulator):
    post = simulator.post()
    simulator.comment_all([{"parent": post, "text": f"Nummer {number}"} for number in range(70)])
    assert len(below(simulator, post)) == 70
    assert len(below(simulator, post, token=None)) == 60


def test_a_direct_message_is_seen_by_the_mentioned_only(simulator: Simulator):
    post = simulator.post()
    secret = simulator.comment(post, "Bare til dere", visibility="direct")
    assert mentions(simulator) == [secret]
    assert simulator.api("GET", f"{STATUSES}/{secret}").json()["visibility"] == "direct"
    assert simulator.api("GET", f"{STATUSES}/{secret}", token="demo-token-tydal").status_code == 404
    assert simulator.api("GET", f"{STATUSES}/{secret}", token=None).status_code == 404


def test_favourite_and_unfavourite_count_once_each(simulator: Simulator):
    comment = simulator.comment(simulator.post())
    for _ in range(2):
        given = simulator.api("POST", f"{STATUSES}/{comment}/favourite").json()
    assert (given["favourited"], given["favourites_count"]) == (True, 1)
    given = simulator.api("POST", f"{STATUSES}/{comment}/unfavourite").json()
    assert (given["favourited"], given["favourites_count"]) == (False, 0)


def test_somebody_elses_status_can_neither_be_edited_deleted_nor_read_as_source(simulator: Simulator):
    comment = simulator.comment(simulator.post(), "Min", mention=False)
    assert simulator.api("PUT", f"{STATUSES}/{comment}", data={"status": "Vår"}).status_code == 404
    assert simulator.api("DELETE", f"{STATUSES}/{comment}").status_code == 404
    assert simulator.api("GET", f"{STATUSES}/{comment}/source").status_code == 404
    assert simulator.comments()[0]["text"] == "Min"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status": "Hei", "in_reply_to_id": "1"}, 404),
        ({"status": "Hei", "visibility": "hemmelig"}, 422),
        ({"status": "Hei", "spoiler_text": "Advarsel"}, 422),
        ({}, 422),
    ],
)
def test_what_cannot_be_published_is_refused_and_not_written(simulator: Simulator, fields: dict, code: int):
    given = simulator.api("POST", STATUSES, data=fields)
    assert given.status_code == code
    assert given.json()["error"]
    assert simulator.book() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/accounts/verify_credentials"),
        ("GET", "/api/v1/notifications"),
        ("POST", STATUSES),
        ("PUT", f"{STATUSES}/1"),
        ("DELETE", f"{STATUSES}/1"),
        ("POST", f"{STATUSES}/1/favourite"),
    ],
)
@pytest.mark.parametrize("token", [None, "wrong"])
def test_without_a_good_token_nothing_is_done(simulator: Simulator, method: str, path: str, token: str | None):
    assert simulator.api(method, path, token=token, data={"status": "Hei"}).status_code == 401
    assert simulator.book() == []


def test_an_unknown_address_is_a_json_404(simulator: Simulator):
    given = simulator.api("GET", "/api/v1/finnes_ikke")
    assert (given.status_code, given.json()) == (404, {"error": "Not Found"})

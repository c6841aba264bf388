"""The seed plants a believable, repeatable stage in an empty book and never twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator import clock
from simulator.book import Book
from simulator.seeding import plant

START = clock.from_iso("2026-11-21T09:00:00+01:00")


@pytest.fixture
def planted(tmp_path: Path):
    book = Book(tmp_path)
    assert plant(book, START)
    yield book
    book.close()


def rows(book: Book) -> list[tuple]:
    sql = (
        "SELECT written.id, username, written.created_at, parent_id, text FROM written JOIN version ON"
        " status_id = written.id ORDER BY version.id"
    )
    return [tuple(row) for row in book.rows(sql)]


def counts(book: Book, sql: str) -> dict[str, int]:
    return {row[0]: row[1] for row in book.rows(sql)}


def test_both_municipalities_have_posts_and_enough_comments(planted: Book):
    posts = counts(
        planted,
        "SELECT account.platform || ' ' || account.username, COUNT(*) FROM written"
        " JOIN account ON account.id = account_id WHERE written.kind = 'municipality' GROUP BY account.id",
    )
    comments = counts(
        planted,
        "SELECT account.platform || ' ' || account.username, COUNT(*) FROM written"
        " JOIN account ON account.id = root_account_id WHERE written.kind = 'citizen' GROUP BY account.id",
    )
    assert posts == {
        "mastodon meraker": 8,
        "facebook tydal": 8,
        "facebook meraker": 3,
        "instagram merakerkommune": 2,
        "bluesky meraker": 2,
        "youtube merakerkommune": 2,
    }
    assert comments["mastodon meraker"] == 130
    assert comments["facebook tydal"] == 70
    assert all(comments[one] >= 5 for one in posts)


def test_everybody_writes_on_the_platform_of_the_post(planted: Book):
    strangers = planted.rows(
        "SELECT 1 FROM written JOIN account AS author ON author.id = account_id"
        " JOIN account AS owner ON owner.id = root_account_id WHERE author.platform <> owner.platform"
    )
    assert strangers == []


def test_times_lie_in_the_last_days_and_none_in_the_future(planted: Book):
    newest = timedelta(0)
    for row in planted.rows(
        "SELECT kind, MIN(created_at) AS first, MAX(created_at) AS last FROM written GROUP BY kind"
    ):
        ages = [timedelta(milliseconds=START - row[name]) for name in ("first", "last")]
        assert timedelta(0) < ages[1] <= ages[0] <= timedelta(days=11 if row["kind"] == "municipality" else 3)
        newest = max(newest, ages[1])
    (latest_version,) = planted.rows("SELECT MAX(created_at) AS last FROM version")
    assert latest_version["last"] <= START


def test_a_comment_is_never_older_than_what_it_answers(planted: Book):
    wrong = planted.rows(
        "SELECT 1 FROM status JOIN status AS parent ON parent.id = status.parent_id"
        " WHERE status.created_at <= parent.created_at"
    )
    assert wrong == []


def test_some_comments_are_nested_some_edited_and_about_one_in_seven_without_mention(planted: Book):
    nested = planted.row("SELECT COUNT(*) FROM status WHERE parent_id IS NOT NULL AND parent_id <> root_id")
    edited = planted.row("SELECT COUNT(*) FROM (SELECT 1 FROM version GROUP BY status_id HAVING COUNT(*) = 2)")
    silent = planted.row(
        "SELECT COUNT(*) FROM written WHERE kind = 'citizen' AND NOT EXISTS (SELECT 1 FROM notification"
        " WHERE status_id = written.id AND notification.account_id = root_account_id) AND root_account_id ="
        " (SELECT id FROM account WHERE kind = 'municipality' AND platform = 'mastodon')"
    )
    assert nested[0] >= 10
    assert edited[0] >= 8
    assert 15 <= silent[0] <= 35


def test_who_is_called_by_name_is_the_one_answered(planted: Book):
    row = planted.row(
        "SELECT author.display_name FROM written AS answer JOIN version ON status_id = answer.id"
        " JOIN status AS parent ON parent.id = answer.parent_id JOIN account AS author ON author.id = parent.account_id"
        " WHERE CAST(text AS TEXT) LIKE '%Enig med deg Trude%'"
    )
    assert row["display_name"].startswith("Trude ")


def test_the_same_start_gives_the_same_book(planted: Book, tmp_path: Path):
    again = Book(tmp_path / "again")
    plant(again, START)
    assert rows(again) == rows(planted)
    again.close()


def test_a_book_with_something_in_it_is_left_alone(planted: Book):
    before = rows(planted)
    assert plant(planted, START + 1) is False
    assert rows(planted) == before


@pytest.mark.parametrize("hour", range(0, 24, 5))
def test_it_works_at_any_hour(tmp_path: Path, hour: int):
    start = clock.from_iso(datetime(2026, 12, 1, hour, 3, tzinfo=UTC).isoformat())
    book = Book(tmp_path)
    plant(book, start)
    assert book.row("SELECT MAX(created_at) AS last FROM version")["last"] <= start
    book.close()

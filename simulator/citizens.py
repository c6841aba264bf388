"""Citizens: who writes comments. Each name in each browser is an account of its own; invented people only."""

import unicodedata

import regex

from simulator import reading, writing
from simulator.book import Book
from simulator.platforms import USUAL
from simulator.reading import Account

LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ł": "l", "ŋ": "n", "ŧ": "t"})


def citizen_named(
    book: Book, name: str, *, browser: str | None, username: str | None = None, platform: str = USUAL
) -> Account:
    """The citizen with this name in this browser (None: not in a browser) on a platform, opened on first use.

    `username` is taken as it is; without it one is made from the name, with a number where it is in use.
    """
    with book.transaction():
        known = (
            reading.account_named(book, username, platform)
            if username
            else reading.citizen_of(book, browser, name, platform)
        )
        if known is not None:
            return known
        new = writing.NewAccount(
            username or _free_username(book, name, platform), name, browser=browser, platform=platform
        )
        account_id = writing.open_account(book, new)
        return reading.accounts(book, [account_id])[account_id]


def username_from(name: str) -> str:
    """A user name of plain small letters: «Åse Prøvdal» is ase_provdal."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(LETTERS)).encode("ascii", "ignore").decode()
    return regex.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30] or "innbygger"


def _free_username(book: Book, name: str, platform: str) -> str:
    wanted, number = username_from(name), 1
    candidate = wanted
    while reading.account_named(book, candidate, platform) is not None:
        number += 1
        candidate = f"{wanted}_{number}"
    return candidate

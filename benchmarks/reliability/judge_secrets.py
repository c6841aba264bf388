"""R16: planted secrets are in no log at its most talkative, on no page of a lead, in no mail and no dump.

The worst that a platform can do is done: it refuses the call and says the token back, in the answer that we keep. A
person signs in with the right and with a wrong password, a form comes without its token against forgery. Then every
page that a lead or an archivist reaches by links is read, and every file that leaves the house (`taken_along`), with
what is inside it: package, redacted copy, lists, evidence, the backup's contents and files, mail, Django's error mail.
Looked for are the tokens, session ids, passwords, and the house's keys.
"""

import json
import os
import re
import time
from email import message_from_bytes
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from benchmarks.reliability import taken_along
from benchmarks.reliability.graph_page import GraphPage, running_page
from benchmarks.reliability.hostile_place import EMAIL, PASSWORD, make_channel, make_municipality
from inbox.models import Channel, RawPage
from team.models import Membership

TOKEN = "EAAplantedTokenOfTheFigure0123456789"
ARCHIVIST = "arkivar@prove.example"
WRONG = "plantet-feil-passord-2026"
MOST_PAGES = 40 if os.environ.get("QUICK") == "1" else 400
SECONDS_TO_PULL = 60
# Kept on purpose, for the owner alone: what the platform answered, byte for byte, and the sessions themselves.
NOT_DUMPED = ("django_session", RawPage._meta.db_table)


def main(site: str, log: str) -> None:
    """Print the figure for the web server at `site`, whose place writes `log`."""
    lead = make_municipality()
    archivist = taken_along.archivist_of(lead, ARCHIVIST, PASSWORD)
    with running_page() as page:
        pages = _work(site, page, lead)
        channel = Channel.objects.get()
        page.says_with_lists = {"paging": {"previous": f"{page.url}/v26.0/500/feed?access_token={TOKEN}&limit=25"}}
        taken_along.go_all_the_way(page, channel, lead, archivist)
    of_lead, of_archivist = _sign_in(site, PASSWORD), _sign_in(site, PASSWORD, ARCHIVIST)
    pages |= {f"archivist {address}": said for address, said in _read(site, of_archivist).items()}
    files = taken_along.fetched(site, of_lead, of_archivist)
    sessions = list(Session.objects.values_list("session_key", flat=True))
    places = {
        "log": Path(log).read_text(errors="replace"),
        "mail": "".join(_said_by_mail(one) for one in _mails()),
        "dump": _dump(),
        "error mail": taken_along.error_mail(sessions[0], PASSWORD),
        **files,
        **pages,
    }
    secrets = _planted(sessions)
    found = [f"{name} in {where}" for where, text in places.items() for name, one in secrets.items() if one in text]
    found += ["what was taken out is in the redacted copy"] if taken_along.REDACTED in files["redacted"] else []
    unread = taken_along.what_was_read(files, places["mail"])
    detail = {
        "found": found,
        "unread": unread,
        "secrets": len(secrets),
        "pages": len(pages),
        "files": len(files),
        "log_lines": places["log"].count("\n"),
        "channel": channel.problem,
    }
    read = not unread and len(pages) > 10 and places["log"].count("\n") > 100 and bool(places["error mail"])
    ok = not found and bool(sessions) and bool(channel.problem) and read
    print(json.dumps({"id": "R16", "value": len(found), "goal": 0, "ok": ok, "detail": detail}))


def _planted(sessions: list[str]) -> dict[str, str]:
    """Return every secret by name."""
    secrets = {"token": TOKEN, "password": PASSWORD, "wrong password": WRONG, "secret key": settings.SECRET_KEY}
    secrets |= {"app secret": settings.META_APP_SECRET, "database": str(settings.DATABASES["default"]["PASSWORD"])}
    secrets |= {"redis": urlsplit(settings.REDIS_URL).password or "", "token key": settings.TOKEN_KEYS[0]}
    return secrets | {f"session {number}": key for number, key in enumerate(sessions)}


def _mails() -> list[Path]:
    return [one for one in Path(settings.EMAIL_FILE_PATH).rglob("*") if one.is_file()]


def _said_by_mail(file: Path) -> str:
    """Return the mails in a file as they were sent, and their words as they are read."""
    raw = file.read_bytes()
    parts = [part for part in message_from_bytes(raw).walk() if part.get_content_maintype() == "text"]
    words = [bytes(part.get_payload(decode=True) or b"").decode(errors="replace") for part in parts]
    return raw.decode(errors="replace") + "".join(words)


def _work(site: str, page: GraphPage, lead: Membership) -> dict[str, str]:
    """Let the platform refuse and say the token back, people sign in, and a lead read; return the pages by address."""
    said = {"error": {"message": f"Invalid OAuth access token {TOKEN}", "type": "OAuthException", "code": 190}}
    page.raw = (401, {"Content-Type": "application/json"}, json.dumps(said).encode())
    channel = make_channel(lead, page, "hemmelig")
    channel.token = TOKEN
    channel.save()
    end = time.monotonic() + SECONDS_TO_PULL
    while not Channel.objects.get(pk=channel.pk).problem and time.monotonic() < end:
        time.sleep(0.5)
    _sign_in(site, WRONG)
    requests.post(f"{site}/konto/login/", data={"login": EMAIL, "password": PASSWORD}, timeout=30)
    return _read(site, _sign_in(site, PASSWORD))


def _sign_in(site: str, password: str, email: str = EMAIL) -> requests.Session:
    browser = requests.Session()
    browser.headers["Connection"] = "close"
    page = browser.get(f"{site}/konto/login/", timeout=30)
    form = {"login": email, "password": password, "csrfmiddlewaretoken": browser.cookies["socialdesk_csrf"]}
    browser.post(page.url, data=form, headers={"Referer": site}, timeout=30)
    return browser


def _read(site: str, browser: requests.Session) -> dict[str, str]:
    """Follow links from the start page, within the bound; return what each page said, headers but cookies included."""
    read: dict[str, str] = {}
    waiting = [f"{site}/", f"{site}/finnes-ikke/"]
    while waiting and len(read) < MOST_PAGES:
        address = waiting.pop(0)
        if address in read or not address.startswith(site) or "/static/" in address:
            continue
        answer = browser.get(address, timeout=60)
        headers = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
        read[address] = f"{answer.url} {headers} {answer.text}"
        waiting += [urljoin(address, link).split("#")[0] for link in re.findall(r'href="([^"#]+)"', answer.text)]
    return read


def _dump() -> str:
    """Return the readable text of every table but the two that hold it on purpose."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall() if name not in NOT_DUMPED]
        rows = []
        for name in tables:
            cursor.execute(f'SELECT t::text FROM "{name}" t')  # noqa: S608 - names from the catalogue itself
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)

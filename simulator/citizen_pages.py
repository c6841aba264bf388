"""The citizens' side of the practice platform: plain web pages where anybody reads, comments, edits and deletes."""

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from simulator import media, reading, writing
from simulator.citizens import citizen_named
from simulator.current import book
from simulator.platforms import OTHERS, PLATFORMS, USUAL, Platform
from simulator.reading import Account, Status, Window
from simulator.text import GRAPHEME, length, with_prefix

POSTS_ON_A_PAGE = 20
LONGEST_NAME = 40
DEEPEST_STEP = 4
A_YEAR = 365 * 24 * 3600
SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

blueprint = Blueprint("citizen", __name__)


@dataclass(frozen=True)
class Entry:
    """One comment of a thread as the page shows it."""

    status: Status
    step: int
    answers: str
    is_own: bool
    top: int  # the comment at the top that it stands under, or itself


@dataclass(frozen=True)
class Draft:
    """What somebody has typed, and what is wrong with it."""

    name: str = ""
    text: str = ""
    tell_municipality: bool = True
    problem: str = ""


@blueprint.after_request
def add_safe_headers(response: Any) -> Any:
    """Headers that keep hostile text harmless even if escaping failed."""
    response.headers.update(SAFE_HEADERS)
    return response


@blueprint.get("/")
def front() -> ResponseReturnValue:
    """The municipalities that practise here, platform by platform."""
    everybody = reading.municipalities(book())
    found = [(one, [account for account in everybody if account.platform == one.name]) for one in PLATFORMS.values()]
    return render_template("front.html", shelves=[(one, accounts) for one, accounts in found if accounts])


@blueprint.get("/@<username>", defaults={"platform": USUAL})
@blueprint.get(f"/<any({OTHERS}):platform>/@<username>")
def account_page(username: str, platform: str) -> ResponseReturnValue:
    """What one account wrote: a municipality's posts with comment counts, or a citizen's comments."""
    owner = account_or_404(username, platform)
    window = Window(limit=POSTS_ON_A_PAGE, max_id=request.args.get("for", type=int))
    ids = reading.ids_by_account(book(), owner, window, with_replies=not owner.is_municipality)
    found = reading.statuses(book(), ids)
    counts = {one.id: len(comments_under(one)) for one in found} if owner.is_municipality else {}
    older = ids[-1] if len(ids) == POSTS_ON_A_PAGE else None
    return render_template(
        "account.html",
        account=owner,
        platform=PLATFORMS[platform],
        statuses=found,
        counts=counts,
        older=older,
    )


@blueprint.get("/@<username>/<int:status_id>", defaults={"platform": USUAL})
@blueprint.get(f"/<any({OTHERS}):platform>/@<username>/<int:status_id>")
def post_page(username: str, status_id: int, platform: str) -> ResponseReturnValue:
    """A post with its whole thread; the address of a comment leads to its place in the thread."""
    found = status_or_404(status_id)
    post = reading.status(book(), found.root_id) or found
    if post.id != found.id or found.author.platform != platform:
        return redirect(place_of(found))
    live = request.args.get("live") == "1"
    draft = Draft(name=remembered_name())
    page = render_template(
        "post.html", post=post, platform=platform_of(post), entries=entries_under(post), draft=draft, live=live
    )
    return page, {"Refresh": "10"} if live else {}


@blueprint.get("/@<username>/<int:status_id>/traad", defaults={"platform": USUAL})
@blueprint.get(f"/<any({OTHERS}):platform>/@<username>/<int:status_id>/traad")
def thread_part(username: str, status_id: int, platform: str) -> ResponseReturnValue:
    """Only the thread, for the script that keeps the page fresh."""
    post = status_or_404(status_id)
    return render_template("_thread.html", entries=entries_under(post), platform=platform_of(post), live=False)


@blueprint.get("/<int:_account>/posts/<int:status_id>/")
@blueprint.get("/<int:_account>/posts/<int:status_id>")
@blueprint.get("/p/<int:status_id>/")
def place_by_link(status_id: int, _account: int = 0) -> ResponseReturnValue:
    """Where the links in Facebook's and Instagram's answers lead to: the post, or the comment that is named."""
    named = request.args.get("reply_comment_id") or request.args.get("comment_id") or ""
    return redirect(place_of(status_or_404(int(named) if named.isdecimal() else status_id)))


@blueprint.get("/svar/<int:status_id>")
def answer_page(status_id: int) -> ResponseReturnValue:
    """The form for answering a comment."""
    return answer_form(status_or_404(status_id), Draft(name=remembered_name()))


@blueprint.post("/svar/<int:status_id>")
def answer(status_id: int) -> ResponseReturnValue:
    """Write a comment under a post or another comment."""
    parent = status_or_404(status_id)
    post = reading.status(book(), parent.root_id) or parent
    draft = sent_draft()
    platform = platform_of(post)
    text = with_prefix(draft.text, names_to_mention(draft, parent, post) if platform.by_mention else [])
    problem = problem_with_name(draft.name) or problem_with_text(draft.text, text, platform)
    if problem:
        return answer_form(parent, Draft(draft.name, draft.text, draft.tell_municipality, problem)), 422
    browser = request.cookies.get("nettleser") or secrets.token_urlsafe(24)
    author = citizen_named(book(), draft.name, browser=browser, platform=platform.name)
    new = writing.NewStatus(author_id=author.id, text=text, parent_id=parent.id, via="web")
    with book().transaction():
        written = status_or_404(writing.write_status(book(), new))
        if request.form.get("bilde") in media.SUBJECTS:
            media.attach(book(), written.id, request.form["bilde"])
    response = make_response(redirect(place_of(written), 303))
    for name, value in (("nettleser", browser), ("navn", quote(draft.name))):
        response.set_cookie(name, value, max_age=A_YEAR, httponly=True, samesite="Lax")
    return response


@blueprint.get("/endre/<int:status_id>")
def edit_page(status_id: int) -> ResponseReturnValue:
    """The form for changing one's own comment."""
    found = own_status(status_id)
    return edit_form(found, found.text, "")


@blueprint.post("/endre/<int:status_id>")
def edit(status_id: int) -> ResponseReturnValue:
    """Change one's own comment."""
    found = own_status(status_id)
    text = typed("tekst")
    problem = problem_with_text(text, text, platform_of(found))
    if problem:
        return edit_form(found, text, problem), 422
    writing.edit_status(book(), found.id, text)
    return redirect(place_of(found), 303)


@blueprint.get("/slett/<int:status_id>")
def delete_page(status_id: int) -> ResponseReturnValue:
    """The question before one's own comment is deleted."""
    found = own_status(status_id)
    return render_template("delete.html", status=found, platform=platform_of(found), place=place_of(found))


@blueprint.post("/slett/<int:status_id>")
def delete(status_id: int) -> ResponseReturnValue:
    """Delete one's own comment."""
    found = own_status(status_id)
    writing.delete_status(book(), found.id)
    return redirect(place_of(found).split("#")[0], 303)


@blueprint.get("/avatars/original/missing.png")
@blueprint.get("/headers/original/missing.png")
def picture() -> ResponseReturnValue:
    """The one picture every account has."""
    return current_app.send_static_file("missing.png")


def account_or_404(username: str, platform: str) -> Account:
    """An account by its user name on a platform."""
    return reading.account_named(book(), username, platform) or abort(404)


def platform_of(found: Status) -> Platform:
    """The platform a status was written on."""
    return PLATFORMS[found.author.platform]


def status_or_404(status_id: int) -> Status:
    """A status everybody may see."""
    return (reading.status(book(), status_id) if status_id < 2**63 else None) or abort(404)


def own_status(status_id: int) -> Status:
    """A comment written in this browser; 403 for anybody else's."""
    found = status_or_404(status_id)
    return found if is_own(found) else abort(403)


def is_own(found: Status) -> bool:
    """Whether the status was written in this browser."""
    browser = request.cookies.get("nettleser")
    return bool(browser) and found.author.browser == browser


def comments_under(post: Status) -> list[Status]:
    """What everybody may see under a post."""
    return reading.statuses(book(), [status_id for status_id, _ in reading.tree_below(book(), post)])


def entries_under(post: Status) -> list[Entry]:
    """The thread under a post, in reading order, with how far each comment is moved in.

    What is hidden is shown to its author alone. With one level of answers they stand by time under the comment at the
    top.
    """
    levels = platform_of(post).levels
    depths = dict(tree_in_order(post, by_time=levels is not None))
    hidden = reading.hidden_ids(book(), post.id)
    found = [one for one in reading.statuses(book(), list(depths)) if one.id not in hidden or is_own(one)]
    authors = {one.id: one.author.name for one in found}
    deepest = levels or DEEPEST_STEP
    tops: dict[int, int] = {}
    for number, depth in depths.items():
        tops[number] = number if depth == 1 else next(reversed(tops.values()))
    return [
        Entry(one, min(depths[one.id], deepest), authors.get(one.parent_id or 0, ""), is_own(one), tops[one.id])
        for one in found
    ]


def tree_in_order(post: Status, *, by_time: bool) -> list[tuple[int, int]]:
    """Ids and depths of what stands under a post: branch by branch, or under each top-level comment by time."""
    tree = reading.tree_below(book(), post)
    if not by_time:
        return tree
    tops: dict[int, list[tuple[int, int]]] = {}
    top = 0
    for number, depth in tree:
        top = number if depth == 1 else top
        tops.setdefault(top, []).append((number, depth))
    return [one for branch in tops.values() for one in sorted(branch)]


def place_of(found: Status) -> str:
    """The address of a post, or of a comment's place in its thread."""
    post = reading.status(book(), found.root_id) or found
    author = post.author
    address = url_for("citizen.post_page", platform=author.platform, username=author.username, status_id=post.id)
    return address if post.id == found.id else f"{address}#k{found.id}"


def answer_form(parent: Status, draft: Draft) -> str:
    """The page for writing an answer, with what was typed so far."""
    post = reading.status(book(), parent.root_id) or parent
    return render_template(
        "answer.html", parent=parent, post=post, platform=platform_of(post), place=place_of(parent), draft=draft
    )


def edit_form(found: Status, text: str, problem: str) -> str:
    """The page for changing a comment, with what was typed so far."""
    platform, place = platform_of(found), place_of(found)
    return render_template("edit.html", status=found, platform=platform, place=place, text=text, problem=problem)


def sent_draft() -> Draft:
    """What was typed in the form."""
    return Draft(typed("navn"), typed("tekst"), "si_fra" in request.form)


def typed(name: str) -> str:
    """A field of the form, trimmed, with plain line ends."""
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def remembered_name() -> str:
    """The name used last in this browser."""
    return unquote(request.cookies.get("navn", ""))[:LONGEST_NAME]


def names_to_mention(draft: Draft, parent: Status, post: Status) -> list[str]:
    """The municipality if it is to be told, and the citizen who is answered."""
    told = [post.author.username] if draft.tell_municipality else []
    answered = [] if parent.author.is_municipality else [parent.author.username]
    return told + answered


def problem_with_name(name: str) -> str:
    """What is wrong with a name, or nothing."""
    taken = {word.casefold() for one in reading.municipalities(book()) for word in (one.display_name, one.username)}
    if not name:
        return "Skriv et navn. Det trenger ikke være ditt eget."
    if len(name) > LONGEST_NAME:
        return f"Navnet er for langt. Bruk høyst {LONGEST_NAME} tegn."
    if name.casefold() in taken:
        return "Dette navnet er det bare kommunen som kan bruke. Velg et annet."
    return ""


def problem_with_text(typed_text: str, whole_text: str, platform: Platform) -> str:
    """What is wrong with a comment on this platform, or nothing."""
    if not typed_text:
        return "Skriv en kommentar først."
    used = length(whole_text) if platform.by_mention else len(GRAPHEME.findall(whole_text))
    if used > platform.longest:
        return f"Kommentaren er for lang: {used} tegn. Det er plass til {platform.longest}."
    return ""

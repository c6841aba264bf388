"""A phone held in one hand: triage, answer and approve, with targets a thumb can hit."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from inbox.actions import comments, replies, templates
from inbox.models import Comment, Reply
from inbox.workflow import CommentStatus, ReplyStatus
from tests import cast
from tests.browser.conftest import keep_picture, sign_in
from tests.factories import make_comment

pytestmark = pytest.mark.django_db(transaction=True)
THUMB = 44
# What a person presses on the way; each must be big enough where it is seen at all.
PRIMARY = (
    ".sd-bottom a, .sd-bottom summary, .sd-tabs a, .sd-item__who a, .sd-strip .ds-button, .sd-compose__foot .ds-button,"
    " .sd-sort--set label, .sd-sorting > button, .sd-pill[data-on], .sd-toasts button"
)
TOO_SMALL = f"""() => [...document.querySelectorAll({PRIMARY!r})].filter((one) => one.checkVisibility()).map((one) => {{
  const box = (one.matches('.sd-item__who a') ? one.closest('.sd-item') : one).getBoundingClientRect();
  return [one.className || one.tagName, one.textContent.trim().slice(0, 30), box.width, box.height];
}}).filter(([, , width, height]) => width && (width < {THUMB} || height < {THUMB}))"""
# Two things to press never share a place, and no words run out of theirs. A row's link, and its box while picking, lie
# over the whole row on purpose; what is fixed (the bars at the bottom) lies over what scrolls.
ON_TOP = """() => {
  const inside = (one) => one.closest('.sd-bottom, .sd-toasts, .sd-picked, .sd-menu > :not(summary), .sd-more > ul');
  const covers = (one) => one.matches('.sd-item__who a, .sd-item > input');
  const all = [...document.querySelectorAll('a[href], button, summary, input:not([type=hidden]), label:has(input)')]
    .filter((one) => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length && !inside(one))
    .filter((one) => !one.matches('.ds-skip-link'));
  const named = (one) => one.textContent.trim().slice(0, 30) || one.getAttribute('aria-label') || one.name;
  const box = (one) => (covers(one) ? one.closest('.sd-item') : one).getBoundingClientRect();
  const boxes = all.map(box);
  const wrong = all.filter((one) => !one.matches('input, .sd-item__who a') && one.scrollWidth > one.clientWidth + 1
    && getComputedStyle(one).display !== 'inline').map((one) => `${named(one)} runs out of its place`);
  all.forEach((one, place) => all.slice(place + 1).forEach((other, further) => {
    const [a, b] = [boxes[place], boxes[place + 1 + further]];
    if (one.contains(other) || other.contains(one)) return;
    if ((covers(one) || covers(other)) && one.closest('.sd-item') === other.closest('.sd-item')) return;
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 1) wrong.push(`${named(one)} and ${named(other)}`);
  }));
  return wrong;
}"""
OVERLAPS = """() => [...document.querySelectorAll('.sd-tabs a, .sd-bottom a')].filter((one, place, every) => {
  const next = every[place + 1];
  return next && next.parentElement === one.parentElement && next.offsetLeft < one.offsetLeft + one.scrollWidth - 1;
}).map((one) => one.textContent)"""
# The bar stands wholly above the bottom bar, and each of its acts can be hit.
BAR_IS_WRONG = f"""() => {{
  const box = (one) => one.getBoundingClientRect();
  const bar = document.querySelector('.sd-picked');
  const low = [...bar.querySelectorAll('.ds-button')].filter((one) => one.checkVisibility());
  return [
    ...(box(bar).bottom > box(document.querySelector('.sd-bottom')).top + 1 ? ['under the bottom bar'] : []),
    ...(box(bar).top < innerHeight / 2 ? ['higher than half the screen'] : []),
    ...low.filter((one) => box(one).height < {THUMB} || box(one).width < {THUMB}).map((one) => one.textContent),
  ];
}}"""
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "reduced_motion": "reduce"}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, **PHONE}


def fits_a_thumb(page: Page, name: str) -> None:
    keep_picture(page, f"phone-{name}")
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(SIDEWAYS) == 0


def test_triage_answer_and_approve_with_one_thumb(page: Page, live_server: LiveServer) -> None:
    place = cast.meraker()
    templates.load_defaults(place.municipality)
    make_comment(place.post, "Så bra brøytet i dag, tusen takk!")
    asked = make_comment(place.post, "Jeg vil klage på brøytingen.")
    comments.sort(asked, sortings=["negative"], by=place.ola)
    reply = replies.draft(asked, text="Det var ikke bra. Vi tar det videre.", by=place.ola)
    replies.submit(reply, by=place.ola)
    sign_in(page, live_server.url, place.kari.user.email)
    page.goto(f"{live_server.url}/ko/")
    fits_a_thumb(page, "queue")
    page.get_by_role("link", name="Randi Moen").tap()
    fits_a_thumb(page, "unsorted")
    page.get_by_label(re.compile("^Ros")).check()
    page.get_by_role("button", name="Sorter", exact=True).tap()
    expect(page.get_by_text("Kommentaren er sortert.")).to_be_visible()
    fits_a_thumb(page, "sorted")
    page.get_by_role("textbox", name=re.compile("^Svar til")).fill("Takk skal du ha, det varmer.")
    expect(page.locator("#svar-lagret")).to_contain_text("Utkast lagret", timeout=15_000)
    page.locator("#svarskjema .sd-compose__foot [data-primary]").tap()
    expect(page.get_by_text(re.compile("Svaret er"))).to_be_visible()
    page.goto(f"{live_server.url}/godkjenning/")
    fits_a_thumb(page, "review-list")
    page.get_by_role("link", name="Randi Moen").tap()
    fits_a_thumb(page, "review")
    page.get_by_role("button", name=re.compile("Godkjenn og publiser")).tap()
    expect(page.get_by_text("Svaret er godkjent")).to_be_visible()
    assert set(Reply.objects.values_list("status", flat=True)) == {ReplyStatus.APPROVED}
    page.get_by_role("navigation", name="Hovedmeny nederst").get_by_role("link", name="Kø").tap()
    expect(page.get_by_role("heading", name="Felles kø")).to_be_visible()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_what_can_be_done_to_picked_rows_stays_on_the_page(page: Page, live_server: LiveServer, language: str) -> None:
    place = cast.meraker()
    type(place.ola.user).objects.filter(pk=place.ola.user_id).update(language=language)
    for words in ("Så bra brøytet", "Når åpner bassenget?"):
        make_comment(place.post, words)
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    for box in page.locator("input[name=valgte]").all():
        box.evaluate("box => box.click()")
    menus = page.locator(".sd-picked details")
    expect(menus).to_have_count(3)
    for place_of in range(3):
        menus.nth(place_of).locator("summary").tap()
        expect(menus.nth(place_of).locator("button").first).to_be_visible()
        assert page.evaluate(SIDEWAYS) == 0


@pytest.mark.parametrize("width", [390, 320])
def test_nothing_to_press_on_the_queue_lies_over_something_else(
    page: Page, live_server: LiveServer, width: int
) -> None:
    place = cast.meraker()
    make_comment(place.post, "Det brenner i barnehagen! Ring meg på 918 27 364")
    comments.claim(make_comment(place.post, "Jeg vil klage på vedtaket om barnehageplass"), by=place.ola)
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, live_server.url, place.ola.user.email)
    for address in ("/ko/", "/ko/?merke=urgent&sprak=nb&rekkefolge=nyest", "/ko/mine/"):
        page.goto(live_server.url + address)
        expect(page.get_by_role("heading", name="Felles kø")).to_be_visible()
        assert page.evaluate(ON_TOP) == []
    page.goto(f"{live_server.url}/ko/")
    page.get_by_text("Velg flere").tap()
    assert page.evaluate(ON_TOP) == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_many_are_picked_and_ended_with_one_thumb(
    new_context: Callable[..., BrowserContext], live_server: LiveServer, javascript: bool
) -> None:
    place = cast.meraker()
    for words in ("Så bra brøytet", "Når åpner bassenget?", "Hei på deg", "Dette er til naboen"):
        make_comment(place.post, words, author_name=f"Avsender {words[:3]}")
    page = new_context(java_script_enabled=javascript).new_page()
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    rows = page.locator("#rader .sd-item")
    expect(rows).to_have_count(4)
    boxes = page.get_by_role("checkbox", name="Velg Avsender")
    expect(boxes).to_have_count(0)  # not in the way of who opens one comment at a time
    page.get_by_role("checkbox", name="Velg flere").tap()
    expect(boxes).to_have_count(4)
    bar = page.get_by_role("form", name="Valgte kommentarer")
    expect(bar).to_be_hidden()
    rows.nth(0).tap()  # anywhere on the row
    rows.nth(1).get_by_role("checkbox").tap()
    expect(bar).to_be_visible()
    keep_picture(page, f"phone-picked-{javascript}")
    if javascript:
        expect(bar).to_contain_text("2 valgt")
        bar.get_by_role("button", name="Velg alle").tap()
        expect(bar).to_contain_text("4 valgt")
        expect(bar.get_by_role("button", name="Velg alle")).to_be_hidden()
        for row in (2, 3):
            rows.nth(row).tap()
        expect(bar).to_contain_text("2 valgt")
        assert page.evaluate(BAR_IS_WRONG) == []
    else:
        bar.get_by_role("button", name="Velg hva du vil gjøre").tap()
        expect(page.get_by_role("heading", name="2 kommentarer valgt")).to_be_visible()
    acts = page.locator("form[action$='/flere/']")
    for words in ("Ros", "Ta"):
        expect(acts.get_by_role("button", name=words, exact=True)).to_be_visible()
    for words in ("Tildel", "Vent til", "Ferdig uten svar"):
        expect(acts.locator("summary", has_text=words)).to_be_visible()
    fits_a_thumb(page, f"picked-{javascript}")
    acts.locator("summary", has_text="Ferdig uten svar").tap()
    acts.get_by_role("button", name="Søppel eller svindel").tap()
    expect(page.get_by_role("heading", name="Dette skjer med 2")).to_be_visible()
    fits_a_thumb(page, f"preview-{javascript}")
    page.get_by_role("button", name=re.compile(r"^Avslutt uten svar.*\(2\)")).tap()
    expect(page.get_by_text("2 kommentarer.")).to_be_visible()
    expect(page.locator("#rader .sd-item")).to_have_count(2)
    assert Comment.objects.filter(status=CommentStatus.DONE, ending=Comment.Ending.SPAM).count() == 2


def test_putting_out_velg_flere_lets_go_of_all_that_is_picked(page: Page, live_server: LiveServer) -> None:
    place = cast.meraker()
    make_comment(place.post, "Så bra brøytet")
    sign_in(page, live_server.url, place.ola.user.email)
    page.goto(f"{live_server.url}/ko/")
    choosing, box = page.get_by_role("checkbox", name="Velg flere"), page.locator("#rader input[name=valgte]")
    choosing.tap()
    page.locator("#rader .sd-item").tap()
    expect(box).to_be_checked()
    choosing.tap()
    expect(box).not_to_be_checked()
    expect(box).to_be_hidden()
    choosing.tap()
    page.locator("#rader .sd-item").tap()
    page.get_by_role("button", name="Velg ingen").tap()
    expect(choosing).not_to_be_checked()
    expect(box).not_to_be_checked()
    page.locator("#rader .sd-item").tap()  # now it opens again
    expect(page.get_by_role("heading", name="Randi Moen")).to_be_visible()

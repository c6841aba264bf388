"""Every page a person can open, with something on it. Add a line to PAGES for each new page."""

from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.scene import Scene

Address = Callable[[Scene], str]
Act = Callable[[Page], None]


def plain(name: str, query: str = "", **kwargs: str) -> Address:
    """An address without a thing in it."""
    return lambda scene: reverse(name, kwargs=kwargs) + query


def of(name: str, thing: str, query: str = "") -> Address:
    """An address of a thing in the scene."""
    return lambda scene: reverse(name, args=[scene.ids[thing]]) + query.format(**scene.ids)


def chosen(tab: str, thing: str, query: str = "") -> Address:
    """A tab of the queue with a thing in the reading pane."""
    return lambda scene: f"{reverse('inbox:queue', args=[tab])}?valgt={scene.ids[thing]}" + query.format(**scene.ids)


CONNECTABLE = ["facebook", "instagram", "mastodon", "bluesky", "youtube", "rss"]
QUEUE = ["skal-besvares", "mine", "til-godkjenning", "venter", "ferdig"]
# What it is called among the pictures: its address. By who opens it; "nobody" is not signed in.
PAGES: dict[str, dict[str, Address]] = {
    "member": {
        "queue-new": chosen("nye", "new"),
        "queue-urgent": chosen("nye", "urgent"),
        "queue-strip-praise": chosen("nye", "praise", "&sortert={praise}"),
        "queue-strip-wrong": chosen("nye", "wrong", "&sortert={wrong}"),
        **{f"queue-{tab}": plain("inbox:queue", tab=tab) for tab in QUEUE},
        **{f"comment-{one}": of("inbox:comment", one) for one in ("new", "urgent", "case", "wrong", "review", "done")},
        "templates": plain("inbox:templates"),
        "template": of("inbox:template", "template"),
        "facts": plain("inbox:facts"),
        "facts-for-a-comment": of("inbox:comment", "wrong"),
        "enter": plain("inbox:enter"),
        "tasks": plain("inbox:tasks"),
        "receipts": plain("inbox:receipts"),
        "settings": plain("team:settings"),
        "accessibility": plain("accessibility"),
        "queue-choosing": plain("inbox:queue"),
        "queue-narrowed": plain("inbox:queue", "?merke=urgent&sprak=nb&rekkefolge=nyest", tab="nye"),
        "queue-narrowed-to-none": plain("inbox:queue", "?sortering=praise&over_fristen=ja", tab="nye"),
        "queue-picked": plain("inbox:queue"),
        "keys": plain("inbox:keys"),
        "several": plain("inbox:queue"),
        "search-hits": plain("inbox:search", "?q=br%C3%B8ytes"),
        "search-none": plain("inbox:search", "?q=finnesikke"),
        "waiting-form": of("inbox:comment", "later"),
        "comment-waiting": of("inbox:comment", "later"),
        "comment-hidden": of("inbox:comment", "hidden"),
        "comment-with-pictures": of("inbox:comment", "pictures"),
        "reply-too-long": of("inbox:comment", "long"),
        "hide": of("inbox:hide", "rude"),
        "seal": of("inbox:seal", "new"),
        "comment-sealed": of("inbox:comment", "sealed"),
        "hide-where-nobody-can": of("inbox:hide", "new"),
        "channels-of-a-member": plain("inbox:channels"),
        "channel-of-a-member": of("inbox:channel", "channel"),
        "posts": of("inbox:channel_posts", "channel"),
        "history-of-a-member": of("inbox:history", "channel"),
        "not-in-of-a-member": plain("inbox:not_in"),
        "not-out": plain("inbox:not_out"),
        "keys-over-the-queue": plain("inbox:queue"),
        "queue-saved-view": plain("inbox:queue", "?merke=urgent", tab="nye"),
        "saving-a-view": plain("inbox:queue", "?sprak=nb", tab="nye"),
        "comment-held": of("inbox:comment", "held"),
        **{f"comment-{one}-opened": of("inbox:comment", one) for one in ("new", "case", "wrong", "done", "entered")},
        "comment-entered": of("inbox:comment", "entered"),
        "handing-over": of("inbox:comment", "case"),
        "waiting-from-the-right": of("inbox:comment", "wrong"),
        "ending": of("inbox:comment", "entered"),
        "templates-in-a-reply": of("inbox:comment", "wrong"),
        "enter-with-an-error": plain("inbox:enter"),
        "sign-out": plain("account_logout"),
        "password-change": plain("account_change_password"),
        "not-found": lambda scene: "/finnes-ikke/",
        "not-yours": plain("guidelines:versions"),
    },
    "lead": {
        "review-list": plain("inbox:review"),
        "review": of("inbox:comment", "review"),
        "review-editing": of("inbox:comment", "review", "?rediger=1"),
        "spam": plain("inbox:spam"),
        "template-of-a-lead": of("inbox:template", "template"),
        "template-new": plain("inbox:template_new"),
        "fact-new": plain("inbox:fact_new"),
        "fact": of("inbox:fact", "fact"),
        "matters": plain("inbox:matters"),
        "matter-new": plain("inbox:matter_new"),
        "matter": of("inbox:matter", "matter"),
        "recipients": plain("inbox:recipients"),
        "recipient": lambda scene: reverse("inbox:recipient", args=["enhet", scene.ids["unit"]]),
        "recipient-new": plain("inbox:add_body"),
        "unit-new": plain("inbox:add_unit"),
        "body": lambda scene: reverse("inbox:recipient", args=["utenfor", scene.ids["body"]]),
        "override": of("inbox:comment", "override"),
        "review-opened": of("inbox:comment", "review"),
        "own-details": plain("inbox:own_details"),
        "erasing": plain("inbox:erasing", "?q=snø"),
        "channels": plain("inbox:channels"),
        "channel": of("inbox:channel", "page"),
        "register": of("inbox:channel_register", "channel"),
        "channel-new": plain("inbox:channel_new"),
        **{f"channel-add-{one}": plain("inbox:channel_add", platform=one) for one in CONNECTABLE},
        "connect-again": of("inbox:channel_connect", "page"),
        "connect-leave": of("inbox:sign_in", "leave"),
        "connect-choose": of("inbox:sign_in", "choose"),
        "history": of("inbox:history", "channel"),
        "history-not-begun": of("inbox:history", "page"),
        "posts-none": of("inbox:channel_posts", "channel", "?side=99"),
        "not-in": plain("inbox:not_in"),
        "not-in-shown": plain("inbox:not_in"),
        "deliveries": plain("inbox:deliveries"),
        "delivery": of("inbox:delivery", "delivery"),
        "house-rules": plain("inbox:house_rules"),
        "house-rule": of("inbox:house_rule", "rule"),
        "house-rule-new": plain("inbox:house_rule_new"),
        "look-again": plain("inbox:look_again"),
        "delete": of("inbox:delete", "rude"),
        "ban": of("inbox:ban", "rude"),
        "unhide": of("inbox:unhide", "hidden"),
        "comment-sealed-of-a-lead": of("inbox:comment", "sealed"),
        "comment-hidden-of-a-lead": of("inbox:comment", "hidden"),
        "mail-out": plain("notices:list"),
        "settings-of-a-lead": plain("team:settings"),
        "municipality": plain("team:municipality"),
        "guideline": plain("guidelines:reader"),
        "policy": plain("guidelines:policy"),
        "compare": plain("guidelines:compare"),
        "versions": plain("guidelines:versions"),
        "version-new": plain("guidelines:new_version"),
        "draft-text": of("guidelines:edit_text", "draft"),
        "put-in-force": of("guidelines:put_in_force", "draft"),
        "delete-draft": of("guidelines:delete_draft", "draft"),
        "duties": of("guidelines:rules", "in_force"),
        "duties-of-a-draft": of("guidelines:rules", "draft"),
        "duty": of("guidelines:duty", "duty"),
        "duty-new": of("guidelines:new_duty", "draft"),
        "try": of("inbox:try_version", "draft"),
        "version": of("guidelines:version", "in_force"),
        "version-new-with-an-error": plain("guidelines:new_version"),
        "draft-text-opened": of("guidelines:edit_text", "draft"),
        "readers-with-an-error": plain("guidelines:readers"),
        "readers": plain("guidelines:readers"),
    },
    "archivist": {
        "archive": plain("archive:list"),
        "archive-confirmed": plain("archive:list", tab="bekreftet"),
        "record": of("archive:record", "record"),
        "record-sealed": of("archive:record", "sealed_record"),
        "redaction": of("archive:redaction", "record"),
        "record-decision": of("archive:edit", "record"),
        "archive-codes": plain("archive:settings"),
        "archive-classes": lambda scene: reverse("archive:codes", args=["klasse"]),
        "exports": plain("archive:exports"),
        "export": of("archive:batch", "batch"),
        "version-of-a-record": of("guidelines:version", "in_force"),
    },
    "reader": {"guideline-of-a-reader": plain("guidelines:reader")},
    "neighbour": {
        "guideline-without-its-text": plain("guidelines:reader"),
        "queue-empty": plain("inbox:queue"),
        "channels-of-a-neighbour": plain("inbox:channels"),
        "search-nothing-asked": plain("inbox:search"),
        "house-rules-proposed": plain("inbox:house_rules"),
        "look-again-none": plain("inbox:look_again"),
        "deliveries-none": plain("inbox:deliveries"),
        "not-in-none": plain("inbox:not_in"),
        "not-out-none": plain("inbox:not_out"),
        "workers-none": plain("workers"),
    },
    "practising": {
        "practice-offered": plain("inbox:queue"),
        "practice": plain("inbox:practice"),
        "practice-begun": plain("inbox:practice"),
        "practice-queue": plain("inbox:queue"),
    },
    "sysadmin": {
        "channels-of-an-administrator": plain("inbox:channels"),
        "start": plain("start"),
        "workers": plain("workers"),
    },
    "nobody": {
        "sign-in": plain("account_login"),
        "accessibility-for-anybody": plain("accessibility"),
        "password-forgotten": plain("account_reset_password"),
        "receipt": lambda scene: reverse("inbox:receipt", args=[scene.links["receipt"]]),
        "receipt-gone": plain("inbox:receipt", token="finnes-ikke"),
        "receipt-noted": lambda scene: reverse("inbox:receipt", args=[scene.links["receipt"]]),
        "sign-in-with-an-error": plain("account_login"),
        "read-and-confirm-done": lambda scene: reverse("guidelines:confirm", args=[scene.links["confirmed"]]),
        "read-and-confirm": lambda scene: reverse("guidelines:confirm", args=[scene.links["confirm"]]),
    },
}


def opened(summary: str) -> Act:
    """Open a menu by its words."""
    return lambda page: page.locator("summary").filter(has_text=summary).locator("visible=true").first.click()


def picked(page: Page) -> None:
    """Pick two rows of the queue."""
    for number in range(2):
        page.locator("input[name=valgte]").nth(number).check()
    page.locator("#flere [name=gjor]").first.wait_for()


def previewed(page: Page) -> None:
    """Pick two rows and ask what would happen to them."""
    picked(page)
    page.locator("button[name=gjor][value=ta]").click()
    page.wait_for_url("**/flere/")


def seen(page: Page) -> None:
    """Show the bytes of what did not get in."""
    page.locator("form[action$='/vis/'] button").first.click()
    page.wait_for_url("**/vis/")


def all_opened(page: Page) -> None:
    """Open all that folds out in the text of a page, but no menus: of those a person sees one at a time."""
    page.locator("main details:not([data-menu])").evaluate_all("all => all.forEach(one => { one.open = true })")


def keys_shown(page: Page) -> None:
    """Ask for the sheet of keys."""
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()


def sent(button: str, **fields: str) -> Act:
    """Fill a form by its field names, send it past the browser's own checks, and wait for the answer."""

    def act(page: Page) -> None:
        for name, value in fields.items():
            page.locator(f"main [name={name}], body > * [name={name}]").first.fill(value)
        page.locator("form").evaluate_all("all => all.forEach(one => { one.noValidate = true })")
        with page.expect_navigation():
            page.get_by_role("button", name=button).first.click()

    return act


# What a person has done on a page before it is looked at.
BEFORE: dict[str, Act] = {
    "queue-choosing": opened("Flere valg"),
    "queue-picked": picked,
    "several": previewed,
    "waiting-form": opened("Vent lenger"),
    "not-in-shown": seen,
    "keys-over-the-queue": keys_shown,
    "handing-over": opened("Overlat til en annen"),
    "waiting-from-the-right": opened("Vent til"),
    "ending": opened("Ferdig uten svar"),
    "templates-in-a-reply": opened("Maler"),
    "saving-a-view": opened("Flere valg"),
    "queue-saved-view": opened("Flere valg"),
    **{name: all_opened for pages in PAGES.values() for name in pages if name.endswith("-opened")},
    "practice-begun": sent("Start øvingen"),
    "enter-with-an-error": sent("Lagre"),
    "version-new-with-an-error": sent("Lag utkast", title=""),
    "readers-with-an-error": sent("Send spørsmålet"),
    "sign-in-with-an-error": sent("Logg inn", login="ola@meraker.example", password="feil"),
    "receipt-noted": sent("Bekreft mottaket", name="Per Vei"),
}
# Where the house says no, and with which status.
REFUSED = {"not-found": 404, "not-yours": 403, "receipt-gone": 404}
# What stands whole on another page, which `make test` reads instead; `make screens` visits both.
STANDS_ON = {
    **{f"comment-{one}": f"comment-{one}-opened" for one in ("new", "case", "wrong", "done", "entered")},
    "facts-for-a-comment": "comment-wrong-opened",
    "queue-choosing": "saving-a-view",
    "comment-waiting": "waiting-form",
    "review": "review-opened",
    "channel-add-instagram": "channel-add-facebook",
}

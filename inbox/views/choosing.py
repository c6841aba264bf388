"""The strip above the queue: what can be chosen, what is chosen, and how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidelines.vocabulary import Flag
from inbox.actions.saved_views import may_delete
from inbox.forms import FLAG_LABELS, SORTING_LABELS
from inbox.models import Channel, Comment, Post, SavedView
from inbox.queries import saved_views_for
from inbox.queue import CLOSED, EVERYTHING, counted
from inbox.queue_choice import ME, NOBODY, Choice, Order
from team.models import Membership, Unit

MOST = 1000
LANGUAGE_LABELS = {
    "nb": gettext_lazy("Bokmål"),
    "nn": gettext_lazy("Nynorsk"),
    "en": gettext_lazy("Engelsk"),
    "se": gettext_lazy("Samisk"),
    "annet": gettext_lazy("Annet språk"),
}
ORDER_LABELS = {
    Order.WAITED: gettext_lazy("Ventet lengst"),
    Order.NEWEST: gettext_lazy("Nyeste først"),
    Order.DUE: gettext_lazy("Frist"),
    Order.POST: gettext_lazy("Per innlegg"),
}


@dataclass(frozen=True)
class Option:
    """One thing that can be chosen: its words, where it leads, and whether it is chosen."""

    label: str
    url: str
    on: bool


@dataclass(frozen=True)
class Menu:
    """What can be chosen of one kind; some stand `apart`, the others together under one heading each.

    `chosen` are the words of what is chosen, "" when nothing is.
    """

    label: str
    icon: str
    options: list[Option]
    apart: bool = False

    @property
    def chosen(self) -> str:
        return next((one.label for one in self.options if one.on), "")


@dataclass(frozen=True)
class Chip:
    """A condition that is switched on or off, with how many there are («1000+» when there are more)."""

    label: str
    icon: str
    url: str
    on: bool
    count: str


@dataclass(frozen=True)
class Saved:
    """A kept choice: its name, where it leads, whether it is chosen now; `delete_url` is "" for who may not."""

    label: str
    url: str
    on: bool
    shared: bool
    delete_url: str


@dataclass(frozen=True)
class Crowd:
    """Many comments on one post, as one row."""

    post: Post
    rows: int
    url: str
    latest: Comment | None


@dataclass(frozen=True)
class Around:
    """What the page has read already: its channels and colleagues, and on the first page the crowded posts."""

    channels: Sequence[Channel]
    colleagues: Sequence[Membership]
    crowds: Mapping[int, int]


def choosing(member: Membership, tab: str, choice: Choice, around: Around) -> dict[str, Any]:
    """Return the strip's menus and chips, the orders, and the crowded posts (see _choosing.html)."""
    url = reverse("inbox:queue", args=[tab])
    menus = [menu for menu in _menus(member, tab, choice, url, around) if menu.options]
    return {
        "menus": menus,
        "chips": _chips(member, tab, choice, url),
        "orders": [
            Option(str(words), _address(url, replace(choice, order=order)), choice.order == order)
            for order, words in ORDER_LABELS.items()
            if not (tab in CLOSED and order == Order.NEWEST)
        ],
        "order_words": str(ORDER_LABELS[choice.order] if tab not in CLOSED or choice.order else _("Nyeste først")),
        "narrows": choice.narrows,
        "clear_url": url,
        "crowds": _crowds(around.crowds, choice, url),
        "chosen_post": _chosen_post(member, choice, url),
        "saved": {
            "views": [_saved(view, member, tab, choice) for view in saved_views_for(member)],
            "fields": list(choice.parameters.items()),
            "tab": tab,
            "may_share": member.may_approve,
        },
    }


def _saved(view: SavedView, member: Membership, tab: str, choice: Choice) -> Saved:
    kept = Choice.read(QueryDict(view.query))
    return Saved(
        view.name,
        _address(reverse("inbox:queue", args=[view.tab]), kept),
        (view.tab, kept) == (tab, choice),
        view.is_shared,
        reverse("inbox:delete_view", args=[view.pk]) if may_delete(view, member) else "",
    )


def _address(url: str, choice: Choice) -> str:
    return f"{url}?{choice.query}" if choice.query else url


def _menus(member: Membership, tab: str, choice: Choice, url: str, around: Around) -> list[Menu]:
    """Return what can be chosen in this tab, each kind only where it would tell rows apart."""
    channels = [(one.pk, one.name) for one in around.channels]
    wanted = [
        ("channel", _("Kanal"), "Funnel", channels if len(channels) > 1 else []),
        ("sorting", _("Sortering"), "Tag", _in_words(SORTING_LABELS) if tab != "nye" else []),
        ("flag", _("Merke"), "ExclamationmarkTriangle", _in_words(FLAG_LABELS)),
        ("language", _("Språk"), "Language", _in_words(LANGUAGE_LABELS)),
        ("responder", _("Ansvarlig"), "PersonCircle", _responders(member, around.colleagues) if tab != "mine" else []),
        ("unit", _("Enhet"), "Buildings3", _units(member) if tab != "nye" else []),
    ]
    return [_menu(choice, url, name, label, icon, values) for name, label, icon, values in wanted]


def _menu(choice: Choice, url: str, name: str, label: str, icon: str, values: list[tuple[Any, str]]) -> Menu:
    """Return one menu; what is chosen leads back to nothing chosen."""
    current, nothing = getattr(choice, name), getattr(EVERYTHING, name)
    rows = []
    for value, words in values:
        on = value == current
        rows.append(Option(words, _address(url, replace(choice, **{name: nothing if on else value})), on))
    has_chip = current == Flag.PERSONAL_DATA.value
    return Menu(label, icon, rows, apart=name == "channel" or (current != nothing and not has_chip))


def _in_words(labels: Mapping[Any, Any]) -> list[tuple[Any, str]]:
    return [(str(value), str(words)) for value, words in labels.items()]


def _responders(member: Membership, colleagues: Sequence[Membership]) -> list[tuple[Any, str]]:
    others = [(str(one.pk), one.name) for one in colleagues if one.pk != member.pk]
    return [(NOBODY, _("Ingen ansvarlig")), (ME, _("Meg")), *others]


def _units(member: Membership) -> list[tuple[Any, str]]:
    units = Unit.objects.filter(municipality_id=member.municipality_id, is_active=True)
    return [(one.pk, one.name) for one in units]


def _chips(member: Membership, tab: str, choice: Choice, url: str) -> list[Chip]:
    if tab in CLOSED:
        return []
    personal = Flag.PERSONAL_DATA.value
    wanted = [
        (_("Personopplysninger?"), "ShieldLock", replace(choice, flag=personal), replace(choice, flag="")),
        (_("Over fristen"), "Clock", replace(choice, overdue=True), replace(choice, overdue=False)),
    ]
    counts = counted(member, tab, [switched_on for _label, _icon, switched_on, _off in wanted], MOST + 1)
    chips = []
    for rows, (label, icon, switched_on, switched_off) in zip(counts, wanted, strict=True):
        is_on = choice == switched_on
        address = _address(url, switched_off if is_on else switched_on)
        if rows or is_on:
            chips.append(Chip(label, icon, address, is_on, f"{MOST}+" if rows > MOST else str(rows)))
    return chips


def _crowds(rows: Mapping[int, int], choice: Choice, url: str) -> list[Crowd]:
    """Return the posts with so many unsorted comments that they deserve one row before all others."""
    if not rows:
        return []
    newest = Comment.objects.filter(post=OuterRef("pk"), status="NEW").order_by("-posted_at").values("pk")[:1]
    posts = Post.objects.select_related("channel").annotate(newest=Subquery(newest)).in_bulk(rows)
    latest = Comment.objects.in_bulk([one.newest for one in posts.values()])
    return [
        Crowd(posts[pk], count, _address(url, replace(choice, post=pk)), latest.get(posts[pk].newest))
        for pk, count in rows.items()
    ]


def _chosen_post(member: Membership, choice: Choice, url: str) -> Option | None:
    if not choice.post:
        return None
    post = Post.objects.filter(municipality_id=member.municipality_id, pk=choice.post).first()
    title = post.title if post else _("Ukjent innlegg")
    return Option(title or _("Innlegg uten tekst"), _address(url, replace(choice, post=None)), True)

"""What a person has chosen to see of a tab: a set of conditions and an order, as it stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from guidelines.vocabulary import Flag, Sorting
from inbox.models import Comment, Forwarding
from team.models import Membership


class Order(StrEnum):
    """How the rows stand."""

    WAITED = ""
    NEWEST = "nyest"
    DUE = "frist"
    POST = "innlegg"


NOBODY, ME = "ingen", "meg"
LANGUAGES = ("nb", "nn", "en", "se", "annet")


@dataclass(frozen=True)
class Choice:
    """What to show; empty fields choose nothing away. Read from an address, where anything unknown is left out."""

    channel: int | None = None
    post: int | None = None
    sorting: str = ""
    flag: str = ""
    language: str = ""
    responder: str = ""  # NOBODY, ME, or the number of a membership
    unit: int | None = None
    overdue: bool = False
    order: Order = Order.WAITED

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Choice":
        """Return the choice an address tells."""
        told = {name: query.get(parameter, "").strip() for name, parameter in PARAMETERS.items()}
        return cls(
            channel=_number(told["channel"]),
            post=_number(told["post"]),
            sorting=_one_of(told["sorting"], Sorting),
            flag=_one_of(told["flag"], Flag),
            language=_one_of(told["language"], LANGUAGES),
            responder=_responder(told["responder"]),
            unit=_number(told["unit"]),
            overdue=told["overdue"] == "ja",
            order=Order(_one_of(told["order"], Order)),
        )

    @property
    def parameters(self) -> dict[str, str]:
        """The choice as an address tells it, only what is chosen."""
        values = {name: getattr(self, name) for name in PARAMETERS}
        return {PARAMETERS[name]: "ja" if value is True else str(value) for name, value in values.items() if value}

    @property
    def query(self) -> str:
        """The choice as the end of an address, "" when nothing is chosen."""
        return urlencode(self.parameters)

    @property
    def narrows(self) -> int:
        """How many conditions are chosen; an order is none."""
        return sum(bool(getattr(self, name)) for name in PARAMETERS if name != "order")

    def narrow(self, comments: QuerySet[Comment], member: Membership) -> QuerySet[Comment]:
        """Return the comments that fit the choice."""
        return comments.filter(self._conditions(member))

    def _conditions(self, member: Membership) -> Q:
        chosen = Q()
        if self.channel:
            chosen &= Q(channel_id=self.channel)
        if self.post:
            chosen &= Q(post_id=self.post)
        if self.sorting:
            chosen &= Q(sortings__contains=[self.sorting])
        if self.flag:
            chosen &= Q(flags__contains=[self.flag]) | Q(hints__contains=[self.flag])
        return chosen & self._language() & self._people(member)

    def _language(self) -> Q:
        if self.language == "annet":
            return ~Q(language__in=[one for one in LANGUAGES if one != "annet"])
        return Q(language=self.language) if self.language else Q()

    def _people(self, member: Membership) -> Q:
        chosen = Q()
        if self.responder == NOBODY:
            chosen &= Q(assignee=None)
        elif self.responder:
            chosen &= Q(assignee_id=member.pk if self.responder == ME else int(self.responder))
        if self.unit:
            chosen &= Q(Exists(Forwarding.objects.filter(comment=OuterRef("pk"), unit_id=self.unit)))
        if self.overdue:
            chosen &= Q(answer_by__lt=timezone.now())
        return chosen


PARAMETERS = {
    "channel": "kanal",
    "post": "innlegg",
    "sorting": "sortering",
    "flag": "merke",
    "language": "sprak",
    "responder": "ansvarlig",
    "unit": "enhet",
    "overdue": "over_fristen",
    "order": "rekkefolge",
}
if set(PARAMETERS) != {one.name for one in fields(Choice)}:
    raise TypeError("every field of a choice needs its name in the address")


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _one_of(text: str, known: object) -> str:
    return text if text in [str(one) for one in known] else ""  # type: ignore[attr-defined]


def _responder(text: str) -> str:
    return text if text in {NOBODY, ME} or _number(text) else ""

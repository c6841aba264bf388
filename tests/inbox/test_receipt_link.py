"""The receipt link: no sign-in, one forwarding, used once, and nothing learnt from a link that does not work."""

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log
from audit.models import AuditEvent
from inbox.actions import comments, forwardings
from inbox.models import Forwarding
from inbox.workflow import ForwardingStatus
from notices import sending
from notices.models import Notice
from tests import cast
from tests.factories import make_comment

pytestmark = pytest.mark.django_db
WORDS = "Hvem gjør noe med hullet i Furuvegen?"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def forwarded(place: cast.Cast, text: str = WORDS) -> tuple[Forwarding, str]:
    """A forwarding, and the address in the mail it went out with."""
    comment = make_comment(place.post, text)
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    forwarding = forwardings.plan(comment, to=place.unit, by=place.ola)
    assert forwarding
    forwardings.send(forwarding, by=place.ola)
    return forwarding, latest_link()


def latest_link() -> str:
    for notice_id in sending.due_notices():
        sending.send(notice_id)
    found = re.findall(r"/kvittering/[\w-]+/", str(mail.outbox[-1].body))
    assert len(found) == 1
    return str(found[0])


def gone(response: HttpResponse) -> bytes:
    assert response.status_code == 404
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)


def test_the_link_shows_that_forwarding_and_seeing_it_changes_nothing() -> None:
    place = cast.meraker()
    forwarding, link = forwarded(place)
    forwarded(place, "Noe helt annet")
    before = AuditEvent.objects.count()
    for _ in range(2):
        response = Client().get(link)
        page = response.content.decode()
        assert response.status_code == 200
        assert WORDS in page
        assert "Noe helt annet" not in page
    assert Client().head(link).status_code == 200
    assert AuditEvent.objects.count() == before
    forwarding.refresh_from_db()
    assert forwarding.status == ForwardingStatus.SENT


def test_many_empty_lines_are_text_and_not_an_element_each() -> None:
    """A hundred thousand `<br>` held the recipient's browser for over half a minute."""
    _forwarding, link = forwarded(cast.meraker(), "Hull\n" + "\n" * 5_000 + "i vegen")
    page = Client().get(link).content.decode()
    assert "i vegen" in page
    assert page.count("<") < 200


def test_it_is_used_once() -> None:
    forwarding, link = forwarded(cast.meraker())
    assert Client().post(link, {"name": ""}).status_code == 422
    done = Client().post(link, {"name": "Tor Vegdal"})
    assert "Tor Vegdal" in done.content.decode()
    forwarding.refresh_from_db()
    assert (forwarding.status, forwarding.received_by) == (ForwardingStatus.RECEIVED, "Tor Vegdal")
    gone(Client().get(link))
    gone(Client().post(link, {"name": "En annen"}))
    forwarding.refresh_from_db()
    assert forwarding.received_by == "Tor Vegdal"
    event = log.history(forwarding).last()
    assert event is not None
    assert (event.action, event.actor_id, event.data["via"]) == ("forwarding.receive", None, "link")
    assert "Tor Vegdal" not in str(event.data)


def test_used_expired_withdrawn_replaced_and_unknown_links_look_alike() -> None:
    place = cast.meraker()
    used, expired, withdrawn, replaced = (forwarded(place) for _ in range(4))
    Client().post(used[1], {"name": "Tor"})
    Forwarding.objects.filter(pk=expired[0].pk).update(token_expires_at=timezone.now() - timedelta(seconds=1))
    forwardings.withdraw(withdrawn[0], by=place.ola)
    replaced[0].refresh_from_db()
    forwardings.send_again(replaced[0], by=place.ola)
    links = [used[1], expired[1], withdrawn[1], replaced[1], reverse("inbox:receipt", args=["A" * 43])]
    assert len({gone(Client().get(link)) for link in links}) == 1
    for link in links:
        gone(Client().post(link, {"name": "Tor"}))
    # The one that was sent instead works.
    assert Client().get(latest_link()).status_code == 200


def test_the_token_is_long_and_stands_nowhere_but_in_the_mail() -> None:
    forwarding, link = forwarded(cast.meraker())
    token = link.split("/")[2]
    assert len(token) >= 43, "32 random bytes"
    stored = str(list(Forwarding.objects.values())) + str(list(Notice.objects.values()))
    events = str(list(AuditEvent.objects.values_list("data", flat=True)))
    assert token not in stored + events
    forwarding.refresh_from_db()
    expires_in = (forwarding.token_expires_at or timezone.now()) - timezone.now()
    assert timedelta(days=29) < expires_in <= timedelta(days=30)


def test_the_page_is_kept_out_of_caches_and_search_engines_and_runs_nobodys_script() -> None:
    _forwarding, link = forwarded(cast.meraker(), "<script>alert(1)</script> <img src=x onerror=alert(1)>")
    for response in (Client().get(link), Client().get(reverse("inbox:receipt", args=["ukjent"]))):
        assert "no-store" in response.headers["Cache-Control"]
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "<script>alert" not in response.content.decode()
        assert "<img src=x" not in response.content.decode()


def test_somebody_signed_in_elsewhere_learns_nothing_more() -> None:
    _forwarding, link = forwarded(cast.meraker())
    neighbour = Client()
    neighbour.force_login(cast.tydal().kari.user)
    page = neighbour.get(link)
    assert page.status_code == 200
    assert reverse("inbox:comment", args=[_forwarding.comment_id]) not in page.content.decode()


def test_guessing_is_stopped(settings: LazySettings) -> None:
    settings.RECEIPT_RATE = "10/5m/ip"
    statuses = [Client().get(reverse("inbox:receipt", args=[f"gjett{n}"])).status_code for n in range(11)]
    assert statuses[0] == 404
    assert statuses[-1] == 429

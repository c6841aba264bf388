"""The evidence of a hidden, deleted or banned comment: whole, made first, with its pictures held."""

import json

import pytest
from django.db.models import ProtectedError

from audit import log
from files.store import open_stored
from inbox import carrying_out
from inbox.actions import house_rules, interventions
from inbox.actions.errors import RefusedError
from inbox.models import Attachment
from inbox.workflow import InterventionStatus as Status
from tests.inbox.intervening import arrived, order, rule_of, settled
from tests.pictures import attached, picture
from tests.simulator_server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_evidence_is_kept_before_anything_is_done_and_a_crash_between_loses_nothing(simulator: Simulator) -> None:
    place, comment = arrived(simulator, "facebook")
    rule = rule_of(place)
    act = interventions.intervene(comment, kind="hide", order=order(rule), by=place.ola)
    assert simulator.acts()["hidden"] == []
    assert act.evidence is not None
    with open_stored(act.evidence) as content:
        kept = json.load(content)
    assert kept["comment"]["text"] == comment.text
    assert kept["comment"]["author"]["id"] == comment.author_external_id
    assert len(kept["versions"]) == 1
    assert kept["versions"][0]["raw_base64"]
    house_rules.keep(code="hets", title="Ny", text="Ny", allows=["hide"], link="", rule=rule, by=place.kari)
    # The worker died before it began: the sweep finds it.
    assert carrying_out.due_interventions() == [act.pk]
    settled(act)
    assert (act.status, act.rule_title, act.rule_text) == (Status.CARRIED_OUT, "Hets", "Vi skjuler hets.")
    assert [one.action for one in log.history(act)][:3] == [
        "intervention.plan",
        "intervention.begin",
        "intervention.carry_out",
    ]


def test_the_evidence_names_the_pictures_and_holds_them(simulator: Simulator) -> None:
    place, comment = arrived(simulator, "facebook")
    one = attached(comment, picture("WEBP"))
    same = attached(comment, picture("WEBP"), position=1)
    assert one.original == same.original
    act = interventions.intervene(comment, kind="hide", order=order(rule_of(place)), by=place.ola)
    assert act.evidence is not None
    with open_stored(act.evidence) as content:
        kept = json.load(content)["attachments"]
    assert one.original is not None
    assert [row["original"]["sha256"] for row in kept] == [one.original.sha256] * 2
    assert (kept[0]["alt"], kept[0]["original"]["media_type"]) == ("Et hull i vegen", "image/webp")
    assert [row.original for row in act.pictures.all()] == [one.original]
    Attachment.objects.all().delete()
    with pytest.raises(ProtectedError):
        one.original.delete()
    with open_stored(one.original) as content:
        assert content.read() == picture("WEBP")


def test_nothing_is_deleted_before_its_pictures_are_in(simulator: Simulator) -> None:
    place, comment = arrived(simulator, "facebook")
    one = attached(comment)
    Attachment.objects.filter(pk=one.pk).update(status="WAITING", original=None, shown=None)
    rule = rule_of(place)
    with pytest.raises(RefusedError, match="ikke hentet ennå"):
        interventions.intervene(comment, kind="delete", order=order(rule), by=place.kari)
    hidden = interventions.intervene(comment, kind="hide", order=order(rule), by=place.kari)
    assert hidden.evidence is not None
    with open_stored(hidden.evidence) as content:
        (kept,) = json.load(content)["attachments"]
    assert (kept["status"], kept["original"]) == ("WAITING", None)

"""Who may open what: every address of the house with every role, in one's own municipality and in another's.

Built from the list of addresses: a new address without a row here fails the test.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from archive.models import CaseRecord, CodeValue, ExportBatch, SentMessage
from audit.models import AuditEvent
from guidelines import texts
from guidelines.models import DutyRow
from guidelines.queries import version_in_force
from guidelines.rule_actions import begin_draft
from inbox import deliveries, intake
from inbox.actions import (
    comments,
    facts,
    forwardings,
    house_rules,
    interventions,
    matters,
    notes,
    saved_views,
    sign_ins,
    templates,
)
from inbox.models import Comment, DeliveryPart, UnreadItem
from inbox.queue_choice import Choice
from notices.models import Notice
from tests import cast
from tests.factories import make_comment, make_member
from tests.pictures import attached, with_picture

pytestmark = pytest.mark.django_db

ANSWERS = {"member", "lead"}
READS_ARCHIVE = {"member", "lead", "archivist"}
EVERYBODY = {"member", "lead", "archivist", "sysadmin", "reader"}
ROLES = sorted(EVERYBODY)

OF_CODE_LIST = {
    "archive:codes": ({"archivist"}, None),
    "archive:code_new": (None, {"archivist"}),
    "archive:code_import": (None, {"archivist"}),
}
# Address: who may open it by GET (None: only POST), who may POST (None: only GET).
OPEN = {
    "start": (EVERYBODY, None),
    "team:settings": (EVERYBODY, EVERYBODY),
    "team:choose_municipality": (None, EVERYBODY),
    "team:municipality": ({"lead"}, {"lead"}),
    "guidelines:reader": (EVERYBODY, None),
    "guidelines:policy": ({"lead"}, {"lead"}),
    "guidelines:compare": ({"lead"}, None),
    "guidelines:versions": ({"lead"}, None),
    "guidelines:new_version": ({"lead"}, {"lead"}),
    "guidelines:readers": ({"lead"}, {"lead"}),
    "guidelines:invite": (None, {"lead"}),
    "guidelines:remind": (None, {"lead"}),
    "inbox:queue": (ANSWERS, None),
    "inbox:news": (ANSWERS, None),
    "inbox:keys": (ANSWERS, None),
    "inbox:review": (ANSWERS, None),
    "inbox:search": (ANSWERS, None),
    "inbox:several": (ANSWERS, ANSWERS),
    "inbox:undo_last": (None, ANSWERS),
    "inbox:save_view": (None, ANSWERS),
    "inbox:mentions": (ANSWERS, None),
    "inbox:practice": (ANSWERS, None),
    **{f"inbox:practice_{act}": (None, ANSWERS) for act in ("begin", "leave", "put_aside")},
    "inbox:spam": ({"lead"}, None),
    **{f"inbox:{page}": (ANSWERS, None) for page in ("templates", "facts", "matters", "tasks")},
    **{f"inbox:{page}": (ANSWERS, ANSWERS) for page in ("template_new", "fact_new", "matter_new", "enter")},
    "inbox:receipts": (ANSWERS, None),
    "inbox:channels": (ANSWERS | {"sysadmin"}, None),
    "inbox:not_out": (ANSWERS, None),
    "workers": ({"lead", "sysadmin"}, None),
    "inbox:not_in": (ANSWERS, None),
    "inbox:own_details": ({"lead"}, {"lead"}),
    "inbox:recipients": ({"lead"}, None),
    "inbox:deliveries": ({"lead"}, None),
    "inbox:deliveries_again": (None, {"lead"}),
    "inbox:add_unit": ({"lead"}, {"lead"}),
    "inbox:add_body": ({"lead"}, {"lead"}),
    "inbox:channel_new": ({"lead"}, None),
    "inbox:channel_add": ({"lead"}, {"lead"}),
    "inbox:one_account": (None, {"lead"}),
    "inbox:oauth_return": ({"lead"}, None),
    "inbox:house_rules": ({"lead"}, None),
    "inbox:house_rule_new": ({"lead"}, {"lead"}),
    "inbox:look_again": ({"lead"}, None),
    "notices:list": ({"lead"}, None),
    "archive:list": (READS_ARCHIVE, None),
    "archive:export": (None, {"archivist"}),
    "archive:exports": ({"archivist"}, None),
    "archive:settings": ({"archivist"}, {"archivist"}),
    **OF_CODE_LIST,
    "archive:list_out": ({"archivist"}, None),
}
OF_COMMENT = (
    {
        "inbox:comment": (ANSWERS, None),
        "inbox:duties": (ANSWERS, None),
        "inbox:checks": (ANSWERS, None),
        "inbox:preview": (ANSWERS, None),
        "inbox:live": (ANSWERS, None),
    }
    | {
        f"inbox:{act}": (None, ANSWERS)
        for act in [
            *("claim", "release", "wait", "resume", "assign", "sort", "unsort", "flag", "choose_unit", "end"),
            *("reopen", "see_ending", "draft", "autosave", "insert", "submit", "approve", "send_back", "undo"),
            *("rework", "discard", "settle_found", "send_again", "take_down", "choose_length", "ask_override"),
            *("override", "ask_removal", "insert_template", "insert_fact", "seek_fact", "insert_recommendation"),
            *("publish_preapproved", "register_answer", "we_were_wrong", "hand_over", "like", "not_spam"),
            *("reply_place", "enclose", "take_out", "leave_joint", "interim"),
            *("write_note", "see_mentions"),
        ]
    }
    | {f"inbox:{act}": (ANSWERS, ANSWERS) for act in ("hide", "delete", "ban", "unhide")}
)
OF_NOTE = {"inbox:edit_note": (None, ANSWERS)}
OF_SAVED_VIEW = {"inbox:delete_view": (None, ANSWERS)}
OF_REPLY = {"inbox:reply_picture": (ANSWERS, None)}
OF_ATTACHMENT = {"inbox:attachment": (ANSWERS, None), "inbox:fetch_attachment": (None, ANSWERS)}
OF_RECORD = {
    "archive:record": (READS_ARCHIVE, None),
    "archive:complete": (None, {"archivist"}),
    "archive:edit": ({"archivist"}, None),
    "archive:redaction": ({"archivist"}, {"archivist"}),
    "archive:redacted": ({"archivist"}, None),
    "archive:hold": (None, {"archivist"}),
    "archive:unconfirm": (None, {"archivist"}),
    "archive:keep_notes": (None, {"archivist"}),
}
OF_CODE = {"archive:code": ({"archivist"}, {"archivist"})}
OF_BATCH = {
    "archive:batch": ({"archivist"}, None),
    "archive:try_again": (None, {"archivist"}),
    "archive:cancel": (None, {"archivist"}),
    "archive:download": ({"archivist"}, None),
    "archive:bring_in": (None, {"archivist"}),
}
OF_MESSAGE = {
    "archive:message": ({"archivist"}, None),
    "archive:bring_in_for": (None, {"archivist"}),
    "archive:type_in": (None, {"archivist"}),
}
OF_DRAFT = {
    "guidelines:edit_text": ({"lead"}, {"lead"}),
    "guidelines:put_in_force": ({"lead"}, {"lead"}),
}
OF_DOOMED = {"guidelines:delete_draft": ({"lead"}, {"lead"})}
OF_READ_VERSION = {"guidelines:version": (EVERYBODY, None)}
OF_VERSION = {
    "guidelines:rules": ({"lead"}, None),
    "guidelines:new_duty": ({"lead"}, {"lead"}),
    "guidelines:restore_duty": (None, {"lead"}),
    "guidelines:begin_draft": (None, {"lead"}),
    "inbox:try_version": ({"lead"}, None),
}
OF_DUTY = {
    "guidelines:duty": ({"lead"}, {"lead"}),
    "guidelines:move_duty": (None, {"lead"}),
    "guidelines:remove_duty": (None, {"lead"}),
    "inbox:try_duty": (None, {"lead"}),
}
OF_TEMPLATE = {
    "inbox:template": (ANSWERS, ANSWERS),
    **{
        f"inbox:{act}": (None, ANSWERS)
        for act in ("template_approve", "template_code", "template_retire", "template_revive")
    },
}
OF_FACT = {"inbox:fact": (ANSWERS, ANSWERS)}
OF_MATTER = {
    "inbox:matter": (ANSWERS, ANSWERS),
    "inbox:matter_close": (None, ANSWERS),
    "inbox:matter_reopen": (None, ANSWERS),
}
OF_TASK = {"inbox:task_finish": (None, ANSWERS), "inbox:task_reopen": (None, ANSWERS)}
OF_FORWARDING = {f"inbox:forward_{act}": (None, ANSWERS) for act in ("now", "again", "received", "answer", "withdraw")}
OF_UNIT = {"inbox:recipient": ({"lead"}, {"lead"})}
OF_CHANNEL = {
    "inbox:channel": (ANSWERS, None),
    "inbox:channel_register": ({"lead"}, {"lead"}),
    "inbox:channel_connect": ({"lead"}, {"lead"}),
    **{f"inbox:channel_{act}": (None, {"lead"}) for act in ("disconnect", "pause", "resume")},
    "inbox:channel_posts": (ANSWERS, None),
    "inbox:history": (ANSWERS, None),
    **{f"inbox:history_{act}": (None, {"lead"}) for act in ("start", "pause", "go_on")},
}
OF_SIGN_IN = {"inbox:sign_in": ({"lead"}, {"lead"})}
OF_DELIVERY = {"inbox:delivery": ({"lead"}, None), "inbox:delivery_again": (None, {"lead"})}
OF_NOTICE = {f"notices:{act}": (None, {"lead"}) for act in ("send_again", "arrived", "cancel")}
OF_NOT_IN = {
    "inbox:not_in_show": (None, {"lead"}),
    "inbox:not_in_again": (None, ANSWERS),
    "inbox:not_in_settle": (None, {"lead"}),
}
OF_RULE = {"inbox:house_rule": ({"lead"}, {"lead"}), "inbox:house_rule_active": (None, {"lead"})}
OF_INTERVENTION = {
    f"inbox:intervention_{act}": (None, ANSWERS) for act in ("try_again", "seen_done", "drop", "let_stand", "lift_ban")
} | {"inbox:intervention_evidence": ({"lead"}, None)}
KINDS = {
    "not_in": OF_NOT_IN,
    "house_rule": OF_RULE,
    "intervention": OF_INTERVENTION,
    "comment": OF_COMMENT,
    "attachment": OF_ATTACHMENT,
    "saved_view": OF_SAVED_VIEW,
    "note": OF_NOTE,
    "reply": OF_REPLY,
    "record": OF_RECORD,
    "batch": OF_BATCH,
    "code": OF_CODE,
    "message": OF_MESSAGE,
    "template": OF_TEMPLATE,
    "fact": OF_FACT,
    "matter": OF_MATTER,
    "task": OF_TASK,
    "version": OF_VERSION,
    "duty": OF_DUTY,
    "forwarding": OF_FORWARDING,
    "notice": OF_NOTICE,
    "delivery": OF_DELIVERY,
    "unit": OF_UNIT,
    "channel": OF_CHANNEL,
    "sign_in": OF_SIGN_IN,
    "draft": OF_DRAFT,
    "doomed": OF_DOOMED,
    "in_force": OF_READ_VERSION,
}
# Addresses with words in them instead of a number.
WITH_WORDS = {
    "inbox:channel_add": ["facebook"],
    "inbox:oauth_return": ["facebook"],
    "archive:list_out": ["alle", "csv"],
    **{name: ["klasse"] for name in OF_CODE_LIST},
}
ALL = OPEN | {name: row for names in KINDS.values() for name, row in names.items()}
# The personal links are their own keys: tests/inbox/test_receipt_link.py, tests/guidelines/test_read_and_confirm.py.
# Meta signs what it brings: tests/inbox/test_webhook_door.py.
WITHOUT_LOGIN = {
    *("healthz", "readyz", "set_language", "accessibility", "inbox:receipt", "guidelines:confirm"),
    *("inbox:webhook_meta", None),
}


def _names(resolver: URLResolver, prefix: str = "") -> Iterator[str | None]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}" if pattern.name else None


def test_every_address_has_a_row_here() -> None:
    names = {
        name for name in _names(get_resolver()) if name not in WITHOUT_LOGIN and not str(name).startswith("account_")
    }
    assert names == set(ALL)


def comment_to_like(place: cast.Cast) -> Comment:
    return make_comment(place.post, text="Bra")


@pytest.fixture
def things(settings: LazySettings) -> dict[str, int]:
    """A sorted comment with its record and an export in Meråker."""
    settings.META_APP_ID = settings.META_APP_SECRET = "1001"
    place = cast.meraker()
    comment = make_comment(place.post)
    comments.sort(comment, sortings=["case_handling"], by=place.ola)
    draft = begin_draft(version_in_force(place.municipality), by=place.kari)
    batch = ExportBatch.objects.create(municipality=place.municipality, created_by=place.arne)
    until = timezone.localdate() + timedelta(days=30)
    forwarding = forwardings.plan(comment, to=place.unit, by=place.ola)
    assert forwarding is not None
    forwardings.send(forwarding, by=place.ola)
    page = intake.keep_raw(place.channel, b"{}")
    rule = house_rules.keep(code="spam", title="Spam", text="Nei", allows=["hide"], link="", by=place.kari)
    return {
        "not_in": UnreadItem.objects.create(channel=place.channel, raw_page=page, body=b"{}", sha256="0" * 64).pk,
        "house_rule": rule.pk,
        "intervention": interventions.like(comment_to_like(place), by=place.ola).pk,
        "template": templates.create(name="Mal", texts={"nb": "Hei"}, review_on=until, by=place.ola).pk,
        "fact": facts.keep(claim="a", correction="b", source="Budsjett", valid_until=until, by=place.ola).pk,
        "matter": matters.keep(number="1/26", title="Sak", recommendation="Vedtas", by=place.kari).pk,
        "task": facts.we_were_wrong(comment, by=place.ola).pk,
        "forwarding": forwarding.pk,
        "unit": place.unit.pk,
        "channel": place.channel.pk,
        "sign_in": sign_ins.begin("facebook", by=place.kari, name="Meråker på Facebook").pk,
        "notice": Notice.objects.get().pk,
        "delivery": DeliveryPart.objects.create(delivery=deliveries.keep(b"{}"), channel=place.channel).pk,
        "comment": comment.pk,
        "note": notes.write(comment, text="Ring dem.", by=place.ola).pk,
        "saved_view": saved_views.save(
            name="Politikk", tab="nye", choice=Choice(flag="political"), is_shared=True, by=place.kari
        ).pk,
        "reply": with_picture(make_comment(place.post), by=place.ola).pk,
        "attachment": attached(make_comment(place.post)).pk,
        "record": CaseRecord.objects.get().pk,
        "batch": batch.pk,
        "message": SentMessage.objects.create(
            municipality=place.municipality,
            record=CaseRecord.objects.get(),
            batch=batch,
            key="jp",
            sent_at=timezone.now(),
        ).pk,
        "code": CodeValue.objects.create(municipality=place.municipality, list="klasse", code="Q12").pk,
        "version": draft.pk,
        "duty": DutyRow.objects.filter(version=draft).latest("position").pk,
        "in_force": version_in_force(place.municipality).pk,
        "draft": texts.start_version(texts.Adoption("Ny"), texts.pasted("1. Svar."), by=place.kari).pk,
        "doomed": begin_draft(version_in_force(place.municipality), by=place.kari).pk,
        "municipality": place.municipality.pk,
    }


def _address(name: str, things: dict[str, int]) -> str:
    if name in OF_NOT_IN:
        return reverse(name, args=["del", things["not_in"]])
    if name in OF_UNIT:
        return reverse(name, args=["enhet", things["unit"]])
    for kind, names in KINDS.items():
        if name in names:
            return reverse(name, args=[things[kind]])
    if name in WITH_WORDS:
        return reverse(name, args=WITH_WORDS[name])
    if name == "inbox:news":
        return reverse(name, args=["nye"]) + "?siden=2026-01-01T00:00:00%2B00:00"
    return reverse(name)


def _signed_in(role: str, municipality_id: int) -> Client:
    municipality = cast.Municipality.objects.get(pk=municipality_id)
    client = Client()
    client.force_login(make_member(municipality, f"{role.title()} Prøve", role).user)
    return client


def _status(client: Client, method: str, address: str) -> int:
    """The answer's status; a file is read to its end, so that it is closed."""
    response = getattr(client, method)(address)
    if response.streaming:
        response.getvalue()
    return int(response.status_code)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_it_may_and_nothing_else(role: str, things: dict[str, int]) -> None:
    client = _signed_in(role, things["municipality"])
    wrong = []
    for name, (may_get, may_post) in sorted(ALL.items()):
        for method, may in (("get", may_get), ("post", may_post)):
            status = _status(client, method, _address(name, things))
            if status != _expected(name, method, may, role, status):
                wrong.append(f"{method} {name}: {status}")
    assert wrong == []


def _expected(name: str, method: str, may: set[str] | None, role: str, status: int) -> int:
    if may is None:
        return 405
    if role not in may:
        return 403
    # What is allowed may still say that there is nothing to do (404, 409, 422) or that there is no news (204).
    assert status < 500, f"{method} {name} gave {status}"
    return status if status not in {403, 405} else 200


@pytest.mark.parametrize("role", ROLES)
def test_a_neighbour_gets_404_for_everything_of_ours_and_nothing_happens(role: str, things: dict[str, int]) -> None:
    client = _signed_in(role, cast.tydal().municipality.pk)
    before = AuditEvent.objects.count()
    wrong = []
    for name, (may_get, may_post) in sorted((name, ALL[name]) for name in ALL if name not in OPEN):
        for method, may in (("get", may_get), ("post", may_post)):
            status = _status(client, method, _address(name, things))
            expected = 405 if may is None else 404 if role in may else 403
            if status != expected:
                wrong.append(f"{method} {name}: {status}, not {expected}")
    assert wrong == []
    assert AuditEvent.objects.count() == before


def _status(client: Client, method: str, address: str) -> int:
    """Ask, and let go of what is answered: a file would stay open."""
    response = getattr(client, method)(address)
    if response.streaming:
        list(response.streaming_content)
    return int(response.status_code)


def test_what_is_missing_answers_as_what_is_not_ours(things: dict[str, int]) -> None:
    client = _signed_in("lead", things["municipality"])
    assert client.get(reverse("inbox:comment", args=[10**12])).status_code == 404


def test_nobody_opens_anything_before_signing_in(things: dict[str, int]) -> None:
    client = Client()
    for name in ALL:
        response = client.get(_address(name, things))
        assert response.status_code in {302, 405}, name
        if response.status_code == 302:
            assert response.headers["Location"].startswith(reverse("account_login"))


def test_a_person_whose_time_as_member_is_over_gets_403(things: dict[str, int]) -> None:
    municipality = cast.Municipality.objects.get(pk=things["municipality"])
    member = make_member(municipality, "Gunn Ferdig", "lead", ends_on="2020-01-01")
    client = Client()
    client.force_login(member.user)
    assert client.get(reverse("inbox:queue")).status_code == 403

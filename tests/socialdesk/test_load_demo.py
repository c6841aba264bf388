"""The demo's people and municipalities: only in the demo, and never into a database that real people use."""

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from inbox.models import Channel
from team.models import Membership, Municipality
from tests.factories import make_municipality

pytestmark = pytest.mark.django_db


def test_loading_twice_gives_two_municipalities_with_everybody_in_them(settings: LazySettings) -> None:
    settings.DEMO = True
    for _ in range(2):
        call_command("load_demo", simulator="http://127.0.0.1:9")
    assert set(Municipality.objects.values_list("name", flat=True)) == {"Meråker kommune", "Tydal kommune"}
    for municipality in Municipality.objects.all():
        roles = set(municipality.memberships.values_list("role", flat=True))
        assert roles == {"member", "lead", "archivist", "sysadmin"}
        assert municipality.units.count() >= 3
    accounts = Channel.objects.values_list("municipality__slug", "platform")
    assert sorted(accounts) == [
        *(("meraker", one) for one in ("bluesky", "facebook", "instagram", "mastodon", "youtube")),
        ("tydal", "facebook"),
    ]
    assert Membership.objects.count() == 9


def test_without_the_switch_nothing_is_loaded() -> None:
    with pytest.raises(CommandError, match="SOCIALDESK_DEMO=1"):
        call_command("load_demo")
    assert not Municipality.objects.exists()


def test_a_database_with_a_real_municipality_is_refused(settings: LazySettings) -> None:
    settings.DEMO = True
    make_municipality()
    with pytest.raises(CommandError, match="real people"):
        call_command("load_demo")
    assert Municipality.objects.count() == 1


def test_the_channels_token_is_not_readable_in_the_table(settings: LazySettings) -> None:
    settings.DEMO = True
    call_command("load_demo", simulator="http://127.0.0.1:9")
    channel = Channel.objects.get(handle="meraker", platform="mastodon")
    assert channel.token == "demo-token-meraker"
    raw = Channel.objects.raw("SELECT id, token AS sealed FROM inbox_channel WHERE id = %s", [channel.pk])[0]
    assert "demo-token" not in raw.sealed  # type: ignore[attr-defined]

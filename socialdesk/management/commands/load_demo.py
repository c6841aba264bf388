"""The two demo municipalities: invented people, units and channels to the practice platforms. Harmless twice."""

import os
from argparse import ArgumentParser
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from inbox.actions import house_rules, templates
from inbox.channels.bluesky_session import sign_in
from inbox.models import Channel, OutsideBody
from team.models import Membership, Municipality, Role, Unit, User

PASSWORD = "moderasjon-2026"  # noqa: S105 - the demo's log-in is printed on purpose; only demo people have it
GRAPH: set[str] = {Channel.Platform.FACEBOOK, Channel.Platform.INSTAGRAM}
PULL_EVERY: dict[str, int] = {Channel.Platform.YOUTUBE: 60}  # its calls are counted
HANDLES_END = ".test"
ADMINISTRATOR = ("admin@demo.example", "Sigrid Systemansvarlig")


@dataclass(frozen=True)
class Place:
    """One demo municipality."""

    slug: str
    name: str
    number: str
    leader_title: str
    executive_title: str
    accounts_word: str
    people: tuple[tuple[str, str, str, str], ...]  # e-mail, name, role, title
    units: tuple[tuple[str, str], ...]  # name, code
    accounts: tuple[tuple[str, str, str], ...]  # platform, handle, token
    one_account_clause: str = ""  # what the guideline says where it speaks of one account


MERAKER = Place(
    slug="meraker",
    name="Meråker kommune",
    number="5034",
    leader_title="sektorsjef SSOK/web-ansvarlig",
    executive_title="rådmann",
    accounts_word="medier",
    people=(
        ("ola@meraker.example", "Ola Svendsen", Role.MEMBER, "Servicekontoret"),
        ("mari@meraker.example", "Mari Teveldal", Role.MEMBER, "Servicekontoret"),
        ("kari@meraker.example", "Kari Holten", Role.LEAD, "Sektorsjef SSOK/web-ansvarlig"),
        ("arne@meraker.example", "Arne Arkivdal", Role.ARCHIVIST, "Arkivar"),
    ),
    units=(("Kommunalteknikk", "TEK"), ("Oppvekst", "OPP"), ("Helse og omsorg", "HO"), ("Plan og byggesak", "PLAN")),
    accounts=(
        ("mastodon", "meraker", "demo-token-meraker"),
        ("facebook", "meraker", "demo-token-meraker-facebook"),
        ("instagram", "merakerkommune", "demo-token-meraker-instagram"),
        ("bluesky", "meraker", "demo-token-meraker-bluesky"),
        ("youtube", "merakerkommune", "demo-token-meraker-youtube"),
    ),
)
TYDAL = Place(
    slug="tydal",
    name="Tydal kommune",
    number="5033",
    leader_title="leder servicekontor",
    executive_title="rådmann",
    accounts_word="kontoer",
    people=(
        ("per@tydal.example", "Per Løvøen", Role.MEMBER, "Servicekontoret"),
        ("tone@tydal.example", "Tone Stugudal", Role.LEAD, "Leder servicekontor"),
        ("liv@tydal.example", "Liv Aas", Role.ARCHIVIST, "Arkivar"),
    ),
    units=(("Teknisk drift", "TEK"), ("Skole og barnehage", "SKB"), ("Helse", "HEL")),
    accounts=(("facebook", "tydal", "demo-token-tydal"),),
    one_account_clause="Leder Servicekontor er ansvarlig for driften av den offisielle kontoen.",
)


class Command(BaseCommand):
    help = "Load the two demo municipalities (only with SOCIALDESK_DEMO=1)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--print-logins", action="store_true", help="only print who can sign in")
        parser.add_argument("--connect", action="store_true", help="only sign in on the practice platforms")
        parser.add_argument(
            "--simulator", default=os.environ.get("SIMULATOR_URL", ""), help="address of the practice platform"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["connect"]:
            self.connect()
        elif options["print_logins"]:
            self.print_logins()
        else:
            self._load(options["simulator"] or "http://127.0.0.1:8001")

    @transaction.atomic
    def _load(self, simulator: str) -> None:
        if not settings.DEMO:
            raise CommandError("Demo data is loaded only with SOCIALDESK_DEMO=1.")
        if User.objects.filter(is_demo=False).exists() or Municipality.objects.filter(is_demo=False).exists():
            raise CommandError("This database holds real people or municipalities: demo data does not go into it.")
        for place in (MERAKER, TYDAL):
            self._load_place(place, simulator)
        call_command("load_packs", stdout=self.stdout)
        for municipality in Municipality.objects.real().filter(is_demo=True):
            templates.load_defaults(municipality)
            house_rules.load_defaults(municipality)

    def _load_place(self, place: Place, simulator: str) -> None:
        municipality, _ = Municipality.objects.update_or_create(
            slug=place.slug,
            defaults={
                "name": place.name,
                "number": place.number,
                "leader_title": place.leader_title,
                "executive_title": place.executive_title,
                "accounts_word": place.accounts_word,
                "website": f"https://www.{place.slug}.kommune.example",
                "notice_url": f"https://www.{place.slug}.kommune.example/sosiale-medier",
                "enquiry_url": f"https://www.{place.slug}.kommune.example/skjema",
                "enquiry_email": f"postmottak@{place.slug}.kommune.example",
                "sender_email": f"sosiale-medier@{place.slug}.kommune.example",
                "one_account_only": bool(place.one_account_clause),
                "one_account_clause": place.one_account_clause,
                "is_demo": True,
            },
        )
        for email, name, role, title in place.people:
            self._load_person(municipality, email, name, role, title)
        self._load_person(municipality, *ADMINISTRATOR, Role.SYSADMIN, "Systemansvarlig")
        for name, code in place.units:
            email = f"{code.lower()}@{place.slug}.kommune.example"
            Unit.objects.update_or_create(municipality=municipality, code=code, defaults={"name": name, "email": email})
        OutsideBody.objects.update_or_create(
            municipality=municipality,
            name="Brannvesenet i regionen",
            defaults={"email": f"post@brann.{place.slug}.example", "legal_basis": "Brann- og eksplosjonsvernloven § 9"},
        )
        for platform, handle, token in place.accounts:
            self._load_channel(municipality, platform, handle, token, simulator)

    def _load_channel(self, municipality: Municipality, platform: str, handle: str, token: str, simulator: str) -> None:
        """A channel as a person would have connected it; Bluesky gives a token to who has signed in: see `connect`."""
        known = {
            "name": f"{municipality.name} på {Channel.Platform(platform).label}",
            "base_url": f"{simulator}/graph" if platform in GRAPH else simulator,
            "pull_every": PULL_EVERY.get(platform, 10),
        }
        key = {"token": token} if platform != Channel.Platform.BLUESKY else {}
        Channel.objects.update_or_create(
            municipality=municipality,
            platform=platform,
            handle=handle,
            defaults={**known, **key},
            create_defaults={**known, **key, "is_active": platform != Channel.Platform.BLUESKY},
        )

    def connect(self) -> None:
        """Sign in where a platform asks for it: once, and the practice platforms must be up. Harmless twice."""
        for place in (MERAKER, TYDAL):
            for platform, handle, password in place.accounts:
                waiting = Channel.objects.filter(platform=platform, handle=handle, municipality__slug=place.slug)
                for channel in waiting.filter(is_active=False):
                    channel.token = sign_in(channel.base_url, f"{handle}{HANDLES_END}", password)
                    channel.is_active = True
                    channel.save(update_fields=["token", "is_active"])

    def _load_person(self, municipality: Municipality, email: str, name: str, role: str, title: str) -> None:
        user = User.objects.filter(email=email).first() or User.objects.create_user(
            email, PASSWORD, name=name, is_demo=True
        )
        Membership.objects.update_or_create(
            user=user, municipality=municipality, defaults={"role": role, "title": title}
        )

    def print_logins(self) -> None:
        """Print who can sign in, and as what."""
        members = Membership.objects.filter(user__is_demo=True).select_related("user", "municipality")
        self.stdout.write(f"Password for everybody: {PASSWORD}")
        for member in members.order_by("municipality__name", "pk"):
            self.stdout.write(
                f"  {member.user.email:<24}{member.user.name:<24}{member.get_role_display():<18}{member.municipality}"
            )

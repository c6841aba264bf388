"""Each person reads their own language; what goes out or is kept follows the one it is for, never who clicked."""

import html
import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from archive import intake
from archive.models import CaseRecord
from audit import log
from audit.models import AuditEvent
from inbox import forwarding as outdoor
from inbox.actions import comments, forwardings, house_rules, interventions
from inbox.models import Forwarding, Intervention
from notices.models import Notice
from socialdesk import moments
from team.models import User
from tests import cast
from tests.factories import PASSWORD, make_comment
from tests.test_access import ALL, _address, _signed_in, things

__all__ = ["things"]  # a fixture
pytestmark = pytest.mark.django_db

OSLO = ZoneInfo("Europe/Oslo")
MOMENT = datetime(2026, 11, 21, 7, 42, tzinfo=OSLO)
LANGUAGES = ["nb", "nn", "en"]
ROLES = ["lead", "archivist", "sysadmin"]
# Words no English page has. What people and councils wrote is marked with its own language, or shown as they wrote it.
NORWEGIAN = re.compile(r"\b(ikke|ikkje|kommentaren?|kommentarer|svaret|retningslinjene|kanalen|du har|gjelder)\b", re.I)
OTHERS_WORDS = re.compile(
    r"<(textarea|blockquote|q)\b.*?</\1>|<(\w+)[^>]*\b(lang=\"n[bn]\"|dir=\"auto\"|sd-words|data-quoted)[^>]*>.*?</\2>",
    re.S,
)


@pytest.fixture
def place() -> cast.Cast:
    return cast.meraker()


def reading(person: User, language: str) -> Client:
    """A signed-in browser of a person who reads this language."""
    person.language = language
    person.save(update_fields=["language"])
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, name: str = "team:settings", **headers: str) -> str:
    return client.get(reverse(name), headers=headers).content.decode()


class TestTheChoice:
    def test_a_person_chooses_and_every_page_follows_from_then_on(self, place: cast.Cast) -> None:
        client = reading(place.ola.user, "nb")
        assert '<html lang="nb"' in page(client)
        saved = client.post(
            reverse("team:settings"), {"language": "nn", "colour_scheme": "auto", "single_keys": "on"}, follow=True
        ).content.decode()
        assert "Innstillingane er lagra." in saved, "the receipt too"
        assert '<html lang="nn"' in page(client, "inbox:queue")
        place.ola.user.refresh_from_db()
        assert place.ola.user.language == "nn"

    def test_it_is_the_persons_own_and_stronger_than_the_browser(self, place: cast.Cast) -> None:
        reading(place.ola.user, "en")
        assert '<html lang="nn"' in page(reading(place.kari.user, "nn"), **{"accept-language": "en-GB,en"})

    def test_a_language_we_do_not_have_is_refused(self, place: cast.Cast) -> None:
        client = reading(place.ola.user, "nn")
        client.post(reverse("team:settings"), {"language": "xx", "colour_scheme": "auto"})
        place.ola.user.refresh_from_db()
        assert place.ola.user.language == "nn"

    def test_an_unknown_language_in_the_database_gives_bokmaal(self, place: cast.Cast) -> None:
        assert '<html lang="nb"' in page(reading(place.ola.user, "xx"))


class TestBeforeSigningIn:
    @pytest.mark.parametrize(
        ("asked", "given"),
        [("nn-NO,nn;q=0.9", "nn"), ("en-US,en", "en"), ("de,fr", "nb"), ("", "nb"), ("nb-NO,en;q=0.5", "nb")],
    )
    def test_the_browsers_language_is_used(self, asked: str, given: str) -> None:
        assert f'<html lang="{given}"' in page(Client(), "account_login", **{"accept-language": asked})

    def test_the_sign_in_page_can_switch_and_comes_back_to_where_it_was(self, place: cast.Cast) -> None:
        client = Client()
        here = f"{reverse('account_login')}?next=/arkiv/"
        assert 'value="nn"' in client.get(here).content.decode()
        response = client.post(reverse("set_language"), {"language": "nn", "next": here})
        assert response.headers["Location"] == here
        assert '<html lang="nn"' in page(client, "account_login", **{"accept-language": "en"})
        client.post(reverse("account_login"), {"login": place.ola.user.email, "password": PASSWORD})
        assert '<html lang="nb"' in page(client), "from here on it is the person's own"

    def test_a_wrong_password_is_told_in_the_language_of_the_page(self, place: cast.Cast) -> None:
        told = {}
        for language in LANGUAGES:
            answer = Client().post(
                reverse("account_login"),
                {"login": place.ola.user.email, "password": "feil"},
                headers={"accept-language": language},
            )
            told[language] = re.findall(r"(?s)<[^>]*ds-alert.*?</div>", answer.content.decode())[0]
        assert len(set(told.values())) == 3


class TestEveryPage:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("role", ROLES)
    def test_it_can_be_read(self, role: str, language: str, things: dict[str, int], settings: LazySettings) -> None:
        client = _signed_in(role, things["municipality"])
        User.objects.filter(pk=client.session["_auth_user_id"]).update(language=language)
        wrong = []
        for name, (may_get, _may_post) in sorted(ALL.items()):
            if role not in (may_get or ()):
                continue
            response = client.get(_address(name, things))
            if response.streaming or "html" not in response.headers.get("Content-Type", ""):
                b"".join(response) if response.streaming else None
                continue
            text = response.content.decode()
            if "<html" in text and f'<html lang="{language}"' not in text:
                wrong.append(f"{name}: another language")
            if language == "en":
                wrong += [f"{name}: {words}" for words in norwegian_in(text)]
        assert wrong == []


def norwegian_in(text: str) -> list[str]:
    """Return the Norwegian words of a page, with what stands around them, outside what people wrote."""
    text = OTHERS_WORDS.sub(" ", text)
    text = html.unescape(re.sub(r"<[^>]*?(?:aria-label|title|placeholder|alt)=\"([^\"]*)\"[^>]*>", r" \1 ", text))
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))
    return [text[max(0, one.start() - 40) : one.end() + 40] for one in NORWEGIAN.finditer(text)]


class TestDatesAndNumbers:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("nb", ["21.11.2026", "21. november 2026", "07.42", "21.11.2026 kl. 07.42", "8\xa0000", "4,2 MB"]),
            ("nn", ["21.11.2026", "21. november 2026", "07.42", "21.11.2026 kl. 07.42", "8\xa0000", "4,2 MB"]),
            ("en", ["21 Nov 2026", "21 November 2026", "07:42", "21 Nov 2026 at 07:42", "8,000", "4.2 MB"]),
        ],
    )
    def test_they_are_written_as_the_language_writes_them(self, language: str, words: list[str]) -> None:
        source = '{% load sd %}{{ m|date:"SHORT_DATE_FORMAT" }}|{{ m|date:"DATE_FORMAT" }}'
        numbers = "|{{ 8000|nb_number }}|{{ 4230000|size_words }}"
        with translation.override(language):
            dates = Template(source).render(Context({"m": MOMENT})).split("|")
            times = [moments.clock(MOMENT), moments.full_words(MOMENT)]
            written = Template("{% load sd %}" + numbers).render(Context()).split("|")[1:]
        assert [*dates, *times, *written] == words

    @pytest.mark.parametrize(
        ("language", "until", "words"),
        [("nb", 23, "til mandag"), ("nn", 23, "til måndag"), ("en", 23, "by Monday"), ("en", 30, "by 30 Nov")],
    )
    def test_a_deadline_says_the_day(self, language: str, until: int, words: str) -> None:
        with translation.override(language):
            said = moments.deadline_words(MOMENT, datetime(2026, 11, until, 12, tzinfo=OSLO), MOMENT)
        assert said.words == words

    @pytest.mark.parametrize(
        ("language", "words"), [("nb", "20. november"), ("nn", "20. november"), ("en", "20 November")]
    )
    def test_a_day_of_this_year_needs_no_year(self, language: str, words: str) -> None:
        with translation.override(language):
            assert moments.when_words(date(2026, 11, 20), date(2026, 12, 24)) == words


class TestWhatGoesOut:
    @pytest.mark.parametrize(("language", "word"), [("nb", "mottatt"), ("nn", "motteke")])
    def test_a_forwarded_question_is_in_the_municipalitys_language(
        self, place: cast.Cast, language: str, word: str
    ) -> None:
        comment = make_comment(place.post)
        comments.sort(comment, sortings=["case_handling"], by=place.ola)
        type(place.municipality).objects.update(written_language=language)
        with translation.override("en"):
            plan = forwardings.plan(comment, to=place.unit, by=place.ola)
            assert plan is not None
            forwardings.send(Forwarding.objects.get(pk=plan.pk), by=place.ola)
        assert word in Notice.objects.get().body

    def test_the_page_behind_the_link_is_in_the_language_of_the_mail(self, place: cast.Cast) -> None:
        comment = make_comment(place.post)
        comments.sort(comment, sortings=["case_handling"], by=place.ola)
        type(place.municipality).objects.update(written_language="nn")
        plan = forwardings.plan(comment, to=place.unit, by=place.ola)
        assert plan is not None
        forwardings.send(Forwarding.objects.get(pk=plan.pk), by=place.ola)
        link = re.findall(r"https?://[^/]+(/\S+)", Notice.objects.get().body)[-1]
        text = Client().get(link, headers={"accept-language": "en"}).content.decode()
        assert '<html lang="nn"' in text
        assert "Stadfest mottaket" in text

    def test_a_lead_is_told_in_the_leads_own_language(self, place: cast.Cast) -> None:
        comment = make_comment(place.post)
        comments.sort(comment, sortings=["case_handling"], by=place.ola)
        plan = forwardings.plan(comment, to=place.unit, by=place.ola)
        assert plan is not None
        forwardings.send(plan, by=place.ola)
        Forwarding.objects.update(chase_at=MOMENT)
        User.objects.filter(pk=place.kari.user_id).update(language="en")
        outdoor.chase()
        assert Notice.objects.get(kind="forwarding.chase").subject.startswith("No receipt from")


class TestWhatIsKept:
    def test_the_archive_stays_in_its_own_language(self, place: cast.Cast) -> None:
        comment = make_comment(place.post)
        client = reading(place.ola.user, "en")
        client.post(reverse("inbox:sort", args=[comment.pk]), {"sortings": ["case_handling"]})
        assert CaseRecord.objects.get().proposed_title.startswith("Henvendelse i sosiale medier")
        log.link_now()
        intake.follow(place.municipality.pk)
        shown = reading(place.arne.user, "en").get(reverse("archive:record", args=[CaseRecord.objects.get().pk]))
        assert "Sorted the comment" in shown.content.decode()

    def test_a_reason_in_the_log_is_the_municipalitys(self, place: cast.Cast) -> None:
        place.channel.platform = "facebook"
        place.channel.save()
        house_rules.keep(code="spam", title="Spam", text="Nei", allows=["hide"], link="", by=place.kari)
        comment = make_comment(place.post)
        with translation.override("en"):
            assert interventions.hide_spam(comment, by=place.ola) == ""
        assert Intervention.objects.get().reason == "Søppel eller svindel"
        assert "Spam" not in str(AuditEvent.objects.latest("pk").data)


class TestTheAccessibilityStatement:
    def test_anybody_can_read_it_with_every_place_to_write(self, place: cast.Cast) -> None:
        cast.tydal()
        text = page(Client(), "accessibility", **{"accept-language": "en"})
        assert "WCAG 2.2" in text
        assert "21 November 2026" in text
        assert "postmottak@meraker.kommune.example" in text
        assert "postmottak@tydal.kommune.example" in text
        assert reverse("accessibility") in page(Client(), "account_login")

    def test_a_member_reads_it_in_the_frame_with_their_own_municipality(self, place: cast.Cast) -> None:
        cast.tydal()
        text = page(reading(place.ola.user, "nn"), "accessibility")
        assert "Tilgjengeerklæring" in text
        assert "postmottak@tydal.kommune.example" not in text
        assert text.count(f'href="{reverse("accessibility")}"') >= 2, "beside the menu, and under Mer on a phone"

    def test_an_installation_without_a_municipality_still_has_its_statement(self) -> None:
        assert Client().get(reverse("accessibility")).status_code == 200

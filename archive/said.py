"""Why a record was not packed or a package not handed over: kept as sentences in bokmål, said in the reader's language.

The sentences are the codes, as in `guidelines.doubts`: what is kept is some of them, filled in, one problem a line, its
parts apart by tabs. A test finds a problem of the checks that has no sentence here.
"""

import re
from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext, gettext_noop

from archive.problems import Problem

SENTENCES: Final = (
    gettext_noop("%(where)s (linje %(line)s):"),
    gettext_noop("%(record)s er ikke bekreftet."),
    gettext_noop("%(record)s: arkivet har ikke fått med seg de siste hendelsene ennå. Prøv igjen om litt."),
    gettext_noop("%(record)s: et vedlegg hentes fortsatt. Prøv igjen om litt."),
    gettext_noop(
        "%(record)s: innholdet er forseglet. Ta bekreftelsen tilbake, og bekreft på nytt med skjerming og hjemmel."
    ),
    gettext_noop(
        "%(record)s: innholdet er forseglet, men ble overlevert uten skjerming. Skjerm saken i arkivet, og be en leder "
        "oppheve forseglingen før det nye eksporteres."
    ),
    gettext_noop("%(record)s: arkivet har alt. Det er ikke noe nytt å sende."),
    gettext_noop("%(record)s: saken opprettes av %(main)s, som må eksporteres først eller i samme eksport."),
    gettext_noop("eFormidling har ingen melding for det som kommer senere. Før det inn i arkivet for hånd."),
    gettext_noop(
        "Mangler skrifter til arkivdokumentene: %(names)s. Kjør make setup, og sjekk at innstillingen "
        "for skriftmapper peker på node_modules."
    ),
    gettext_noop("Dokumentet lot seg ikke sette: %(error)s"),
    gettext_noop("Et vedlegg er skadet i lageret. Hent det tilbake fra en sikkerhetskopi."),
    gettext_noop(
        "Fant ikke %(name)s i %(folder)s. Legg filene fra Schema/V1 i ks-no/fiks-arkiv-specification "
        "der, eller tøm innstillingen SOCIALDESK_ARKIVMELDING_XSD."
    ),
    gettext_noop("Meldingen følger ikke skjemaet fra KS: %(message)s"),
    gettext_noop("Rett opplysningen i arkivsaken og lag pakken på nytt."),
    gettext_noop("Oppdateringen er tom."),
    gettext_noop("Lag pakken på nytt."),
    gettext_noop("Filen ligger i mappen, men er ikke nevnt i meldingen."),
    gettext_noop("Ta den med, eller fjern den."),
    gettext_noop("Filnavnet i pakken er ugyldig."),
    gettext_noop("Bruk bare a–z, tall, punktum og bindestrek."),
    gettext_noop("Sjekksummen er ikke SHA256 med små heksadesimale tegn."),
    gettext_noop("Filen er større enn standarden tillater (2 GB)."),
    gettext_noop("Del opp eller komprimer filen."),
    gettext_noop("Meldingen nevner en fil som ikke finnes."),
    gettext_noop("Legg ved filen, eller fjern dokumentet."),
    gettext_noop("Filen er %(size)s byte, meldingen sier %(told)s."),
    gettext_noop("Filens innhold stemmer ikke med sjekksummen i meldingen."),
    gettext_noop("Filen er nevnt %(times)s ganger i meldingen."),
    gettext_noop("Gi hver fil sitt eget navn."),
    gettext_noop("Filen er ikke nevnt i meldingen."),
    gettext_noop("Journalposten må ha ett hoveddokument, og det må stå først."),
    gettext_noop("Velg hoveddokument."),
    gettext_noop("Dokumentene er ikke nummerert 1, 2, 3 og så videre."),
    gettext_noop("Nummerer dokumentene på nytt."),
    gettext_noop("Antallet vedlegg stemmer ikke."),
    gettext_noop("Skriv %(what)s."),
    gettext_noop("Nøkkelen %(key)s er brukt på flere dokumenter."),
    gettext_noop("Gi hvert dokument sin egen nøkkel."),
    gettext_noop("«%(title)s» har ingen arkivvariant i et godkjent format."),
    gettext_noop("Lag en PDF/A, PNG eller JPEG av dokumentet, eller la være å ta det med."),
    gettext_noop("Inngående journalpost mangler avsender."),
    gettext_noop("Legg til den som skrev, som avsender (EA)."),
    gettext_noop("Utgående journalpost mangler mottaker."),
    gettext_noop("Legg til den som fikk svaret, som mottaker (EM)."),
    gettext_noop("Ingen enhet i kommunen står som part."),
    gettext_noop("Legg til enheten som mottaker eller avsender."),
    gettext_noop("Inngående journalpost mangler mottattDato."),
    gettext_noop("Oppgi når den kom."),
    gettext_noop("Utgående journalpost mangler sendtDato."),
    gettext_noop("Oppgi når svaret ble sendt."),
    gettext_noop("Det er ikke sagt om navnet er et personnavn."),
    gettext_noop("Velg ja eller nei."),
    gettext_noop("Lenken til kommentaren mangler."),
    gettext_noop("Legg inn lenken."),
    gettext_noop("Datoen er %(date)s, men dokumentet er fra %(day)s norsk tid."),
    gettext_noop("Bruk den samme nøkkelen begge steder."),
    gettext_noop("Bruk %(day)s."),
    gettext_noop("Den offentlige tittelen røper %(name)s."),
    gettext_noop("Skriv %(mask)s i stedet for navnet."),
    gettext_noop("Den offentlige tittelen har ordet «%(word)s», som også er en del av navnet."),
    gettext_noop("Skriv %(mask)s, eller bekreft at ordet ikke viser til personen."),
    gettext_noop("Det ser ut til å stå et fødselsnummer her."),
    gettext_noop("Fjern nummeret, eller bekreft at det er noe annet."),
    gettext_noop("Meldingen er tom."),
    gettext_noop("Legg til en mappe eller en registrering."),
    gettext_noop("Journalposten har både mappe og arkivdel."),
    gettext_noop("Behold bare én av dem."),
    gettext_noop("Journalposten hører ikke til noen mappe."),
    gettext_noop("Velg saken den hører til, eller en arkivdel."),
    gettext_noop("Journalposten peker på en annen mappe enn den som følger med i meldingen."),
    gettext_noop("Fyll ut feltet."),
    gettext_noop("Kryssreferansen peker ikke på nøyaktig én ting."),
    gettext_noop("Velg ett mål for referansen."),
    gettext_noop("Tidspunktet %(moment)s mangler tidssone."),
    gettext_noop("Oppgi tidspunktet med tidssone."),
    gettext_noop("%(field)s står %(times)s ganger."),
    gettext_noop("Behold %(most)s."),
    gettext_noop("%(field)s mangler."),
    gettext_noop("Det er ikke satt opp noen mappe. Si fra til systemansvarlig."),
    gettext_noop("Eksporten har ingen pakke."),
    gettext_noop("Mappen ga ikke tilbake det som ble skrevet. Prøv igjen."),
    gettext_noop("Mappen tok ikke imot pakken (%(reason)s)."),
    gettext_noop("Pakken er skadet i lageret. Lag en ny eksport."),
)


def kept(problems: Iterable[Problem]) -> str:
    """Return the problems as they are kept."""
    return "\n".join(f"{_place(one)}:\t{one.what}\t{one.remedy}" for one in problems)


def _place(problem: Problem) -> str:
    return f"{problem.where} (linje {problem.line})" if problem.line else problem.where


def said(text: str) -> str:
    """Return what was kept in the language in force; what is none of our sentences comes back as it is."""
    return " ".join(_said(part) for line in text.splitlines() for part in line.split("\t"))


def _said(part: str) -> str:
    if part in PLAIN:
        return gettext(part)
    for sentence, pattern in PATTERNS.items():
        if found := pattern.fullmatch(part):
            return gettext(sentence) % found.groupdict()
    return part


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+)", re.escape(sentence)), re.DOTALL)


PLAIN: Final = frozenset(one for one in SENTENCES if "%(" not in one)
# The sentence with the most words of its own first: «Skriv %(what)s.» would fit many.
_FILLED = sorted((one for one in SENTENCES if "%(" in one), key=lambda one: -len(re.sub(r"%\(\w+\)s", "", one)))
PATTERNS: Final = {one: _pattern(one) for one in _FILLED}

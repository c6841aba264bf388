"""The parts of an arkivmelding as plain values, named with the standard's own Norwegian words.

`offentlig_tittel` becomes the element `offentligTittel`, and so on. Which element comes where, how many there
may be and in which namespace they live stands in `order.py`. Times are aware datetimes (any zone); empty
text, None and empty tuples mean that the element is left out.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kode:
    """A value of a code list; the word beside it is for people."""

    kode: str
    beskrivelse: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EksternNoekkel:
    """Our own stable key: the same thing keeps its key in every message ever sent about it."""

    noekkel: str
    fagsystem: str = "SocialDesk"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministrativEnhet:
    navn: str = ""
    identifikator: str = ""
    initialer: str = ""
    epostadresse: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saksbehandler:
    navn: str = ""
    identifikator: str = ""
    initialer: str = ""
    epostadresse: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saksansvarlig:
    navn: str = ""
    identifikator: str = ""
    initialer: str = ""
    epostadresse: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saksnummer:
    """The number the archive gave a case: 2026/1234."""

    saksaar: int
    sakssekvensnummer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferanseTilMappe:
    """Points at a case file: by our key, by the archive's case number, or by its system id."""

    system_id: str = ""
    saksnummer: Saksnummer | None = None
    referanse_ekstern_noekkel: EksternNoekkel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferanseTilRegistrering:
    system_id: str = ""
    referanse_ekstern_noekkel: EksternNoekkel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferanseTilDokumentbeskrivelse:
    system_id: str = ""
    referanse_ekstern_noekkel: EksternNoekkel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kryssreferanse:
    """A pointer to something handed over before. Use exactly one of the three."""

    referanse_til_mappe: ReferanseTilMappe | None = None
    referanse_til_registrering: ReferanseTilRegistrering | None = None
    referanse_til_dokumentbeskrivelse: ReferanseTilDokumentbeskrivelse | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Klassifikasjon:
    klasse_id: str
    klassifikasjonssystem_id: str = ""
    tittel: str = ""
    er_skjermet: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skjerming:
    """Access restriction and the legal basis for it (offentleglova)."""

    tilgangsrestriksjon: Kode
    skjermingshjemmel: str
    skjerming_opphoerer_dato: date | None = None
    skjerming_opphoerer_aksjon: Kode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merknad:
    merknadstekst: str
    merknadstype: Kode | None = None
    merknadsdato: datetime | None = None
    merknad_registrert_av: str = ""
    er_skjermet: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dokumentflyt:
    """One round of review: who sent it to whom, when, and what came of it."""

    flyt_til: str
    flyt_fra: str
    flyt_mottatt_dato: datetime
    flyt_sendt_dato: datetime
    flyt_status: Kode
    flyt_merknad: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Korrespondansepart:
    """Sender or recipient, outside or inside. A person's legal identity is never guessed: there is no personid."""

    korrespondanseparttype: Kode
    korrespondansepart_navn: str
    korrespondansepart_id: str = ""
    er_behandlingsansvarlig: bool | None = None
    organisasjonid: str = ""
    administrativ_enhet: AdministrativEnhet | None = None
    saksbehandler: Saksbehandler | None = None
    er_skjermet: bool | None = None
    er_personnavn: bool | None = None
    forsendelsesmaate: Kode | None = None
    deres_referanse: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dokumentobjekt:
    """One file. `filnavn` is for people, `referanse_dokumentfil` is the name inside the package.

    `sjekksum` is SHA-256 in lower-case hex, `filstoerrelse` is in bytes.
    """

    versjonsnummer: int
    variantformat: Kode
    format: Kode
    mime_type: str
    opprettet_dato: datetime
    opprettet_av: str
    filnavn: str
    referanse_dokumentfil: str
    sjekksum: str
    filstoerrelse: int
    format_detaljer: str = ""
    sjekksum_algoritme: str = "SHA256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dokumentbeskrivelse:
    """One document with all its versions and variants."""

    tittel: str
    dokumenttype: Kode
    dokumentstatus: Kode
    opprettet_dato: datetime
    opprettet_av: str
    dokumentmedium: Kode
    tilknyttet_registrering_som: Kode
    dokumentnummer: int
    tilknyttet_dato: datetime
    tilknyttet_av: str
    dokumentobjekt: tuple[Dokumentobjekt, ...]
    referanse_ekstern_noekkel: EksternNoekkel
    beskrivelse: str = ""
    forfatter: tuple[str, ...] = ()
    merknad: tuple[Merknad, ...] = ()
    skjerming: Skjerming | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kilde:
    """Where the comment or reply was, in our own namespace: ids and times of the platform."""

    plattform: str
    konto: str = ""
    innlegg_id: str = ""
    kommentar_id: str = ""
    permalenke: str = ""
    publisert_tid: datetime | None = None
    fanget_tid: datetime | None = None
    slettet_ved_kilde: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hendelse:
    """One act in the handling of the item: what, when, by whom, and the value chosen if there was one."""

    type: str
    tid: datetime
    av: str
    verdi: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VirksomhetsspesifikkeMetadata:
    kilde: Kilde
    hendelser: tuple[Hendelse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Journalpost:
    """A registry entry: incoming (I), outgoing (U) or internal (X)."""

    tittel: str
    offentlig_tittel: str
    opprettet_dato: datetime
    opprettet_av: str
    dokumentbeskrivelse: tuple[Dokumentbeskrivelse, ...]
    forfatter: tuple[str, ...]
    dokumentmedium: Kode
    virksomhetsspesifikke_metadata: VirksomhetsspesifikkeMetadata
    korrespondansepart: tuple[Korrespondansepart, ...]
    referanse_ekstern_noekkel: EksternNoekkel
    journalposttype: Kode
    journalstatus: Kode
    dokumentets_dato: date
    antall_vedlegg: int
    referanse_forelder_mappe: ReferanseTilMappe | None = None
    arkivdel: Kode | None = None
    arkivert_dato: datetime | None = None
    arkivert_av: str = ""
    skjerming: Skjerming | None = None
    beskrivelse: str = ""
    noekkelord: tuple[str, ...] = ()
    merknad: tuple[Merknad, ...] = ()
    kryssreferanse: tuple[Kryssreferanse, ...] = ()
    mottatt_dato: datetime | None = None
    sendt_dato: datetime | None = None
    forfallsdato: date | None = None
    offentlighetsvurdert_dato: date | None = None
    journalenhet: str = ""
    dokumentflyt: tuple[Dokumentflyt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arkivnotat:
    """An entry that is archived and not journalled: the schema's `arkivnotat`, without journal type and status."""

    tittel: str
    offentlig_tittel: str
    opprettet_dato: datetime
    opprettet_av: str
    dokumentbeskrivelse: tuple[Dokumentbeskrivelse, ...]
    forfatter: tuple[str, ...]
    dokumentmedium: Kode
    virksomhetsspesifikke_metadata: VirksomhetsspesifikkeMetadata
    korrespondansepart: tuple[Korrespondansepart, ...]
    referanse_ekstern_noekkel: EksternNoekkel
    dokumentets_dato: date
    antall_vedlegg: int
    referanse_forelder_mappe: ReferanseTilMappe | None = None
    arkivdel: Kode | None = None
    arkivert_dato: datetime | None = None
    arkivert_av: str = ""
    skjerming: Skjerming | None = None
    beskrivelse: str = ""
    noekkelord: tuple[str, ...] = ()
    merknad: tuple[Merknad, ...] = ()
    kryssreferanse: tuple[Kryssreferanse, ...] = ()
    mottatt_dato: datetime | None = None
    sendt_dato: datetime | None = None
    forfallsdato: date | None = None
    offentlighetsvurdert_dato: date | None = None
    dokumentflyt: tuple[Dokumentflyt, ...] = ()


Entry = Journalpost | Arkivnotat


@dataclass(frozen=True, slots=True, kw_only=True)
class Saksmappe:
    """The case file. `klassifikasjon` is left empty only where the municipality has configured none."""

    tittel: str
    offentlig_tittel: str
    dokumentmedium: Kode
    opprettet_dato: datetime
    opprettet_av: str
    referanse_ekstern_noekkel: EksternNoekkel
    saksdato: date
    administrativ_enhet: AdministrativEnhet
    saksstatus: Kode
    beskrivelse: str = ""
    noekkelord: tuple[str, ...] = ()
    arkivdel: Kode | None = None
    kryssreferanse: tuple[Kryssreferanse, ...] = ()
    merknad: tuple[Merknad, ...] = ()
    skjerming: Skjerming | None = None
    klassifikasjon: tuple[Klassifikasjon, ...] = ()
    mappetype: Kode | None = None
    saksansvarlig: Saksansvarlig | None = None
    journalenhet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arkivmelding:
    """One message: at most one case file and at most one registry entry."""

    mappe: Saksmappe | None = None
    registrering: Entry | None = None
    regel: str = ""
    system: str = "SocialDesk"

    @property
    def documents(self) -> tuple[Dokumentbeskrivelse, ...]:
        return self.registrering.dokumentbeskrivelse if self.registrering else ()

    @property
    def objects(self) -> tuple[Dokumentobjekt, ...]:
        """Every file of the message, in document order."""
        return tuple(part for document in self.documents for part in document.dokumentobjekt)

    @property
    def antall_filer(self) -> int:
        return len(self.objects)

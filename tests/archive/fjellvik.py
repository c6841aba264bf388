"""The case every archive test is about: a comment on Furuvegen in Fjellvik, a municipality that does not exist."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from archive.arkivmelding import (
    AdministrativEnhet,
    Arkivmelding,
    Dokumentbeskrivelse,
    Dokumentflyt,
    Dokumentobjekt,
    EksternNoekkel,
    FileFacts,
    Hendelse,
    Journalpost,
    Kilde,
    Klassifikasjon,
    Kode,
    Korrespondansepart,
    Kryssreferanse,
    Merknad,
    ReferanseTilMappe,
    ReferanseTilRegistrering,
    Saksansvarlig,
    Saksbehandler,
    Saksmappe,
    Skjerming,
    VirksomhetsspesifikkeMetadata,
    codes,
)

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
EXAMPLE = SHARED / "noark" / "example-socialdesk.xml"
SCHEMAS = SHARED / "noark" / "fiks-arkiv-v1"

SUMMER = timezone(timedelta(hours=2))
PUBLISHED = datetime(2026, 5, 4, 8, 57, 31, tzinfo=SUMMER)
CAPTURED = datetime(2026, 5, 4, 9, 0, 12, tzinfo=SUMMER)
EDITED = datetime(2026, 5, 4, 11, 15, 3, tzinfo=SUMMER)
ANSWERED = datetime(2026, 5, 4, 9, 45, 10, tzinfo=SUMMER)
CONFIRMED = datetime(2026, 5, 4, 14, 2, 0, tzinfo=SUMMER)
KARI = "Kari Eksempel (@kari.eksempel, Facebook)"
CASE = EksternNoekkel(noekkel="sak:2f6c1f0e-6a51-4d0a-9a60-0b7a4f1f7c11")
ENTRY = EksternNoekkel(noekkel="jp:2f6c1f0e-6a51-4d0a-9a60-0b7a4f1f7c11:1")
PERMALINK = "https://social.example/fjellvikkommune/posts/2?comment_id=3"
PDF_A_2B = Kode(kode="fmt/477", beskrivelse="PDF/A-2b")
SIRI = {"navn": "Siri Saksbehandler", "initialer": "SIS", "epostadresse": "siri.saksbehandler@fjellvik.kommune.example"}
TEKNISK = AdministrativEnhet(navn="Teknisk", identifikator="TEK")


def file(name: str, title: str, sha256: str, size: int, **changes: object) -> Dokumentobjekt:
    """A PDF in archive format, unless told otherwise."""
    plain = Dokumentobjekt(
        versjonsnummer=1,
        variantformat=codes.ARKIVFORMAT,
        format=PDF_A_2B,
        mime_type="application/pdf",
        opprettet_dato=CAPTURED,
        opprettet_av="SocialDesk",
        filnavn=title,
        referanse_dokumentfil=name,
        sjekksum=sha256,
        filstoerrelse=size,
    )
    return replace(plain, **changes)


def document(number: int, title: str, *files: Dokumentobjekt, **changes: object) -> Dokumentbeskrivelse:
    """The first document is the main one, the others are attachments."""
    plain = Dokumentbeskrivelse(
        dokumenttype=codes.KORRESPONDANSE,
        dokumentstatus=codes.FERDIGSTILT,
        tittel=title,
        forfatter=(KARI,),
        opprettet_dato=CAPTURED,
        opprettet_av="SocialDesk",
        dokumentmedium=codes.ELEKTRONISK,
        tilknyttet_registrering_som=codes.HOVEDDOKUMENT if number == 1 else codes.VEDLEGG,
        dokumentnummer=number,
        tilknyttet_dato=CONFIRMED,
        tilknyttet_av="Arve Arkivar",
        dokumentobjekt=files,
        referanse_ekstern_noekkel=EksternNoekkel(noekkel=f"dok:9d0e5a1{number - 1}"),
    )
    return replace(plain, **changes)


def _comment_document() -> Dokumentbeskrivelse:
    return document(
        1,
        "Kommentar på Facebook 04.05.2026",
        file(
            "kommentar-v1.pdf",
            "Kommentar versjon 1.pdf",
            "49a1eabffb65711ed2d37b1aed9f924612f0cb978ea8e29e4326d3eefff98fce",
            38,
        ),
        file(
            "kommentar-v2.pdf",
            "Kommentar versjon 2.pdf",
            "4109fa6e07444bfeb0c75a7c18f6ba28026096527ee08a3f3c31f8fbc9aa3955",
            38,
            versjonsnummer=2,
            opprettet_dato=EDITED,
        ),
        file(
            "kommentar-v2.json",
            "Kommentar versjon 2.json",
            "1d08df59541999088a23d3df6d472c7e6bbc25f5a28928ff626db8cc7317af7f",
            39,
            versjonsnummer=2,
            variantformat=codes.PRODUKSJONSFORMAT,
            format=Kode(kode="fmt/817", beskrivelse="JSON"),
            format_detaljer="UTF-8; skjema socialdesk-comment-1",
            mime_type="application/json",
            opprettet_dato=EDITED,
        ),
    )


def _picture_document() -> Dokumentbeskrivelse:
    return document(
        2,
        "Bilde i kommentaren",
        file(
            "bilde-1.png",
            "bilde 1.png",
            "7deb920a5b3924df1f5f9273c527b9c0dfd037566018fa95d86d86673e267e75",
            33,
            format=Kode(kode="fmt/13", beskrivelse="PNG 1.2"),
            format_detaljer="Konvertert fra WebP ved fangst; original sha256 i metadata",
            mime_type="image/png",
        ),
        dokumenttype=codes.FOTO,
    )


def _log_document() -> Dokumentbeskrivelse:
    return document(
        3,
        "Behandlingslogg fra SocialDesk",
        file(
            "behandlingslogg.pdf",
            "Behandlingslogg.pdf",
            "4c9cfe74303b7024efd18f24bb04614ae0827101e34d68ef62658687fdde27f9",
            41,
            opprettet_dato=datetime(2026, 5, 4, 14, 1, 40, tzinfo=SUMMER),
        ),
        dokumenttype=codes.NOTAT,
        forfatter=("SocialDesk",),
        skjerming=Skjerming(tilgangsrestriksjon=codes.UNNTATT_OFFENTLIGHET, skjermingshjemmel="Offl. § 14 første ledd"),
    )


def case_file() -> Saksmappe:
    return Saksmappe(
        tittel="Henvendelse i sosiale medier - brøyting av Furuvegen - Kari Eksempel",
        offentlig_tittel="Henvendelse i sosiale medier - brøyting av Furuvegen - *****",
        beskrivelse="Opprettet fra kommentar på kommunens Facebook-side. Videresendt til Teknisk.",
        noekkelord=("sosiale medier",),
        dokumentmedium=codes.ELEKTRONISK,
        opprettet_dato=CONFIRMED,
        opprettet_av="Arve Arkivar",
        klassifikasjon=(
            Klassifikasjon(klassifikasjonssystem_id="K-koder", klasse_id="Q12", tittel="Drift og vedlikehold av veg"),
        ),
        referanse_ekstern_noekkel=CASE,
        saksdato=date(2026, 5, 4),
        administrativ_enhet=TEKNISK,
        saksansvarlig=Saksansvarlig(**SIRI),
        saksstatus=codes.SAK_OPPRETTET,
    )


def _remark(
    text: str, kind: Kode = codes.MERKNAD_SAKSBEHANDLER, at: datetime = ANSWERED, by: str = "Ola Respons"
) -> Merknad:
    return Merknad(merknadstekst=text, merknadstype=kind, merknadsdato=at, merknad_registrert_av=by, er_skjermet=False)


def _events() -> tuple[Hendelse, ...]:
    def at(hour: int, minute: int, second: int = 0) -> datetime:
        return datetime(2026, 5, 4, hour, minute, second, tzinfo=SUMMER)

    return (
        Hendelse(type="sortert", tid=at(9, 21), av="Ola Respons", verdi="saksbehandling"),
        Hendelse(type="utkast", tid=at(9, 30), av="Ola Respons"),
        Hendelse(type="godkjent", tid=at(9, 44), av="Wenche Webansvarlig"),
        Hendelse(type="publisert", tid=ANSWERED, av="Ola Respons"),
        Hendelse(type="veiledet-formell-henvendelse", tid=ANSWERED, av="Ola Respons"),
        Hendelse(type="opplyst-dokumentasjonsplikt", tid=ANSWERED, av="Ola Respons"),
        Hendelse(type="videresendt", tid=at(9, 50), av="Ola Respons", verdi="TEK"),
    )


def incoming_entry() -> Journalpost:
    return Journalpost(
        opprettet_dato=CAPTURED,
        opprettet_av="SocialDesk",
        referanse_forelder_mappe=ReferanseTilMappe(referanse_ekstern_noekkel=CASE),
        dokumentbeskrivelse=(_comment_document(), _picture_document(), _log_document()),
        tittel="Kommentar på Facebook om brøyting av Furuvegen - Kari Eksempel",
        offentlig_tittel="Kommentar på Facebook om brøyting av Furuvegen - *****",
        beskrivelse="Fanget 04.05.2026 09:00 fra kommunens side. Redigert av forfatter 11:14 (versjon 2).",
        noekkelord=("Facebook",),
        forfatter=(KARI,),
        dokumentmedium=codes.ELEKTRONISK,
        virksomhetsspesifikke_metadata=VirksomhetsspesifikkeMetadata(
            kilde=Kilde(
                plattform="facebook",
                konto="fjellvikkommune",
                innlegg_id="100000000000001_200000000000002",
                kommentar_id="200000000000002_300000000000003",
                permalenke=PERMALINK,
                publisert_tid=PUBLISHED,
                fanget_tid=CAPTURED,
                slettet_ved_kilde=False,
            ),
            hendelser=_events(),
        ),
        merknad=(
            _remark(
                "Innsender ble 04.05.2026 kl. 09:45 gjort oppmerksom på at saken må sendes som formell "
                "henvendelse til kommunen."
            ),
            _remark("Innsender ble 04.05.2026 kl. 09:45 gjort oppmerksom på kommunens dokumentasjonsplikt."),
            _remark(
                "Videresendt til Teknisk v/ Siri Saksbehandler 04.05.2026 kl. 09:50. "
                "Svar godkjent av Wenche Webansvarlig.",
                codes.MERKNAD_LEDER,
                datetime(2026, 5, 4, 9, 50, tzinfo=SUMMER),
                "Wenche Webansvarlig",
            ),
        ),
        korrespondansepart=(
            Korrespondansepart(
                korrespondansepart_id="facebook:400000000000004",
                korrespondanseparttype=codes.AVSENDER,
                er_behandlingsansvarlig=False,
                korrespondansepart_navn=KARI,
                er_skjermet=False,
                er_personnavn=True,
                deres_referanse=PERMALINK,
            ),
            Korrespondansepart(
                korrespondanseparttype=codes.INTERN_MOTTAKER,
                er_behandlingsansvarlig=True,
                korrespondansepart_navn="Teknisk",
                administrativ_enhet=TEKNISK,
                saksbehandler=Saksbehandler(**SIRI),
            ),
        ),
        referanse_ekstern_noekkel=ENTRY,
        journalposttype=codes.INNGAAENDE,
        journalstatus=codes.MIDLERTIDIG,
        dokumentets_dato=date(2026, 5, 4),
        mottatt_dato=PUBLISHED,
        antall_vedlegg=2,
    )


def first_message() -> Arkivmelding:
    """Case file and incoming comment: the message of example-socialdesk.xml."""
    return Arkivmelding(regel="sosiale-medier-saksbehandling", mappe=case_file(), registrering=incoming_entry())


def reply_message() -> Arkivmelding:
    """Only the outgoing reply, pointing by our own keys at what the first message created."""
    reply = document(
        1,
        "Svar på Facebook 04.05.2026",
        file("svar-v1.pdf", "Svar.pdf", "0" * 64, 12, opprettet_dato=ANSWERED),
        forfatter=("Ola Respons",),
        referanse_ekstern_noekkel=EksternNoekkel(noekkel="dok:svar-1"),
    )
    entry = replace(
        incoming_entry(),
        dokumentbeskrivelse=(reply,),
        tittel="Svar på kommentar om brøyting av Furuvegen - Kari Eksempel",
        offentlig_tittel="Svar på kommentar om brøyting av Furuvegen - *****",
        merknad=(),
        forfatter=("Ola Respons",),
        kryssreferanse=(
            Kryssreferanse(referanse_til_registrering=ReferanseTilRegistrering(referanse_ekstern_noekkel=ENTRY)),
        ),
        korrespondansepart=(
            Korrespondansepart(
                korrespondanseparttype=codes.MOTTAKER,
                er_behandlingsansvarlig=False,
                korrespondansepart_navn=KARI,
                er_personnavn=True,
            ),
            Korrespondansepart(
                korrespondanseparttype=codes.INTERN_AVSENDER,
                er_behandlingsansvarlig=True,
                korrespondansepart_navn="Kommunikasjon",
                saksbehandler=Saksbehandler(navn="Ola Respons"),
            ),
        ),
        referanse_ekstern_noekkel=EksternNoekkel(noekkel="jp:2f6c1f0e-6a51-4d0a-9a60-0b7a4f1f7c11:2"),
        journalposttype=codes.UTGAAENDE,
        journalstatus=codes.EKSPEDERT,
        mottatt_dato=None,
        sendt_dato=ANSWERED,
        antall_vedlegg=0,
        dokumentflyt=(
            Dokumentflyt(
                flyt_til="Wenche Webansvarlig",
                flyt_fra="Ola Respons",
                flyt_mottatt_dato=datetime(2026, 5, 4, 9, 44, tzinfo=SUMMER),
                flyt_sendt_dato=datetime(2026, 5, 4, 9, 30, tzinfo=SUMMER),
                flyt_status=codes.FLYT_GODKJENT,
                flyt_merknad="Fint svar.",
            ),
        ),
    )
    return Arkivmelding(registrering=entry)


def files_of(message: Arkivmelding) -> dict[str, FileFacts]:
    """Files as the message says they are."""
    return {part.referanse_dokumentfil: FileFacts(part.filstoerrelse, part.sjekksum) for part in message.objects}

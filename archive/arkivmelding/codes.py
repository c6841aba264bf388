"""The code values SocialDesk uses, with the words of the Fiks Arkiv V1 example lists.

The real lists live in each municipality's archive: these are what a code list is seeded with.
Tilgangsrestriksjon and format have no published list; theirs are the words of Noark (M500, M701).
"""

from archive.arkivmelding.fields import Kode

INNGAAENDE = Kode(kode="I", beskrivelse="Inngående dokument")
UTGAAENDE = Kode(kode="U", beskrivelse="Utgående dokument")
INTERNT_NOTAT = Kode(kode="X", beskrivelse="Organinternt dokument uten oppfølging")

MIDLERTIDIG = Kode(kode="M", beskrivelse="Midlertidig registrering av innkommende dokument")
EKSPEDERT = Kode(kode="E", beskrivelse="Ekspedert")
FERDIGSTILT_AV_SAKSBEHANDLER = Kode(kode="F", beskrivelse="Ferdigstilt av saksbehandler")

SAK_OPPRETTET = Kode(kode="R", beskrivelse="Opprettet av saksbehandler")
SAK_UNDER_BEHANDLING = Kode(kode="B", beskrivelse="Under behandling")

AVSENDER = Kode(kode="EA", beskrivelse="Avsender")
MOTTAKER = Kode(kode="EM", beskrivelse="Mottaker")
INTERN_AVSENDER = Kode(kode="IA", beskrivelse="Intern avsender")
INTERN_MOTTAKER = Kode(kode="IM", beskrivelse="Intern mottaker")

HOVEDDOKUMENT = Kode(kode="H", beskrivelse="Hoveddokument")
VEDLEGG = Kode(kode="V", beskrivelse="Vedlegg")

ARKIVFORMAT = Kode(kode="A", beskrivelse="Arkivformat")
PRODUKSJONSFORMAT = Kode(kode="P", beskrivelse="Produksjonsformat")
DELVIS_SKJERMET = Kode(kode="O", beskrivelse="Dokument hvor deler av innholdet er skjermet")

FERDIGSTILT = Kode(kode="F", beskrivelse="Dokumentet er ferdigstilt")
ELEKTRONISK = Kode(kode="E", beskrivelse="Elektronisk arkiv")

KORRESPONDANSE = Kode(kode="KORR", beskrivelse="Korrespondanse")
FOTO = Kode(kode="FOTO", beskrivelse="Foto")
VIDEO = Kode(kode="VIDEO", beskrivelse="Videofil")
LYD = Kode(kode="LYD", beskrivelse="Lydfil")
NOTAT = Kode(kode="NOTAT", beskrivelse="Notat")
VEDLEGGSFIL = Kode(kode="VEDLEGG", beskrivelse="Vedlegg")

MERKNAD_SAKSBEHANDLER = Kode(kode="MS", beskrivelse="Merknad fra saksbehandler")
MERKNAD_LEDER = Kode(kode="ML", beskrivelse="Merknad fra leder")
MERKNAD_ARKIV = Kode(kode="MA", beskrivelse="Arkivmerknad")

FLYT_GODKJENT = Kode(kode="G", beskrivelse="Godkjent")
FLYT_IKKE_GODKJENT = Kode(kode="I", beskrivelse="Ikke godkjent")
FLYT_SENDT_TILBAKE = Kode(kode="S", beskrivelse="Sendt tilbake til saksbehandler med kommentarer")

UNNTATT_OFFENTLIGHET = Kode(kode="UO", beskrivelse="Unntatt offentlighet")

SHA256 = "SHA256"

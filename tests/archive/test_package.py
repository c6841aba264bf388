"""The zip an archivist takes away: the same bytes every time, safe to unpack, and any change in it is found."""

import json
import shutil
import subprocess
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest

from archive import formats
from archive.arkivmelding import Arkivmelding, FileFacts, check, serialize
from archive.package import (
    Package,
    PackagedFile,
    PackagedMessage,
    PackageError,
    WrittenPackage,
    facts_of,
    folder_name,
    write,
)
from archive.package_check import verify
from tests.archive.fjellvik import CASE, CONFIRMED, ENTRY, first_message, reply_message


def with_real_files(message: Arkivmelding) -> tuple[Arkivmelding, tuple[PackagedFile, ...]]:
    """The message with sizes and checksums of bytes that exist, and those files."""
    assert message.registrering
    files: list[PackagedFile] = []
    documents = []
    for document in message.registrering.dokumentbeskrivelse:
        objects = []
        for part in document.dokumentobjekt:
            data = f"innholdet i {part.filnavn} æøå".encode()
            facts = facts_of(data)
            objects.append(replace(part, sjekksum=facts.sha256, filstoerrelse=facts.size))
            files.append(
                PackagedFile.of_bytes(
                    data,
                    name=part.referanse_dokumentfil,
                    title=f"{document.tittel} <b>&",
                    role=f"Hoveddokument, {part.variantformat.beskrivelse}",
                    puid=part.format.kode,
                )
            )
        documents.append(replace(document, dokumentobjekt=tuple(objects)))
    entry = replace(message.registrering, dokumentbeskrivelse=tuple(documents))
    return replace(message, registrering=entry), tuple(files)


def packaged(number: int, message: Arkivmelding, title: str, key: str) -> PackagedMessage:
    message, files = with_real_files(message)
    assert check(message, {file.name: file.facts for file in files}) == []
    return PackagedMessage(folder_name(number), title, key, serialize(message), files)


def package() -> Package:
    return Package(
        number="SD-0147",
        municipality="Fjellvik kommune",
        title="Brøyting av Furuvegen 😡",
        made_at=CONFIRMED,
        messages=(
            packaged(1, first_message(), "Sak og innkommet kommentar", CASE.noekkel),
            packaged(2, reply_message(), "Svar", ENTRY.noekkel),
        ),
    )


def written_to(path: Path, content: Package | None = None) -> WrittenPackage:
    with path.open("w+b") as target:
        return write(content or package(), target)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "SD-0147.zip"
    written_to(path)
    return path


def test_the_package_has_a_folder_for_each_message_and_pages_for_people(whole: Path) -> None:
    names = zipfile.ZipFile(whole).namelist()
    assert names == sorted(names)
    assert names == [
        "01-opprett/arkivmelding.xml",
        "01-opprett/behandlingslogg.pdf",
        "01-opprett/bilde-1.png",
        "01-opprett/kommentar-v1.pdf",
        "01-opprett/kommentar-v2.json",
        "01-opprett/kommentar-v2.pdf",
        "02-opprett/arkivmelding.xml",
        "02-opprett/svar-v1.pdf",
        "README.txt",
        "innhold.html",
        "manifest.json",
        "sha256sum.txt",
    ]


def test_two_packages_of_the_same_item_are_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    facts = written_to(first)
    written_to(second)
    assert first.read_bytes() == second.read_bytes()
    assert facts_of(first.read_bytes()) == FileFacts(facts.size, facts.sha256)


def test_the_zip_keeps_to_iso_21320(whole: Path) -> None:
    with zipfile.ZipFile(whole) as archive:
        for entry in archive.infolist():
            assert entry.compress_type == zipfile.ZIP_STORED
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.flag_bits == 0
            assert entry.filename.isascii()
            assert ".." not in entry.filename
        assert archive.comment == b""
        assert archive.testzip() is None


def test_the_checksums_can_be_checked_with_the_ordinary_tool(whole: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(whole) as archive:
        archive.extractall(tmp_path / "ut")
    tool = shutil.which("sha256sum")
    if tool is None:
        pytest.skip("sha256sum er ikke installert")
    done = subprocess.run(
        [tool, "--check", "--strict", "sha256sum.txt"], cwd=tmp_path / "ut", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": OK") == 11


def test_the_manifest_says_what_every_file_is(whole: Path) -> None:
    manifest = json.loads(zipfile.ZipFile(whole).read("manifest.json"))
    (picture,) = [row for row in manifest["files"] if row["name"] == "01-opprett/bilde-1.png"]
    assert (picture["puid"], picture["message"], picture["role"]) == (
        "fmt/13",
        "01-opprett",
        "Hoveddokument, Arkivformat",
    )
    assert picture["size"] == len(zipfile.ZipFile(whole).read(picture["name"]))
    assert [one["key"] for one in manifest["messages"]] == [CASE.noekkel, ENTRY.noekkel]
    assert manifest["made_at"] == "2026-05-04T14:02:00+02:00"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def test_the_index_links_to_every_file_and_runs_nothing(whole: Path) -> None:
    page = zipfile.ZipFile(whole).read("innhold.html").decode()
    tags = Tags()
    tags.feed(page)
    assert not {"script", "b", "iframe", "img", "form"} & set(tags.names)
    assert set(tags.links) == {name for name in zipfile.ZipFile(whole).namelist() if "/" in name}
    assert "PNG 1.2 (fmt/13)" in page


def test_the_readme_says_how_to_check_and_in_which_order_to_send(whole: Path) -> None:
    page = zipfile.ZipFile(whole).read("README.txt").decode()
    assert "sha256sum -c sha256sum.txt" in page
    assert "Fjellvik kommune" in page
    assert "04.05.2026 kl. 14.02" in page


def test_a_whole_package_has_no_problems(whole: Path) -> None:
    assert verify(whole) == []


def rewritten(path: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The package as somebody else's zip tool would write it after a change."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def test_packing_it_again_with_another_tool_does_no_harm(whole: Path) -> None:
    assert verify(rewritten(whole, lambda files: None)) == []


def test_a_changed_byte_is_found_in_every_file(whole: Path) -> None:
    good = whole.read_bytes()
    for entry in zipfile.ZipFile(BytesIO(good)).infolist():
        spoiled = bytearray(good)
        spoiled[entry.header_offset + 30 + len(entry.filename) + entry.file_size // 2] ^= 1
        whole.write_bytes(spoiled)
        assert entry.filename in [problem.where for problem in verify(whole)]


def test_any_changed_bit_is_found_when_the_packages_own_checksum_is_known(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    facts = written_to(path)
    good = path.read_bytes()
    for position in range(0, len(good), 997):
        spoiled = bytearray(good)
        spoiled[position] ^= 0x10
        path.write_bytes(spoiled)
        assert verify(path, facts.sha256), position
    path.write_bytes(good)
    assert verify(path, facts.sha256) == []


@pytest.mark.parametrize(
    ("change", "where", "why"),
    [
        (lambda files: files.pop("01-opprett/bilde-1.png"), "01-opprett/bilde-1.png", "mangler i pakken"),
        (lambda files: files.update({"01-opprett/ny.pdf": b"x"}), "01-opprett/ny.pdf", "ikke nevnt"),
        (lambda files: files.update({"virus.exe": b"x"}), "virus.exe", "ikke nevnt i sha256sum.txt"),
        (lambda files: files.update({"02-opprett/svar-v1.pdf": b"annet"}), "02-opprett/svar-v1.pdf", "stemmer ikke"),
        (lambda files: files.pop("sha256sum.txt"), "sha256sum.txt", "mangler"),
        (lambda files: files.pop("manifest.json"), "manifest.json", "mangler"),
        (lambda files: files.update({"manifest.json": b"[]"}), "manifest.json", "forstå"),
        (lambda files: files.pop("01-opprett/arkivmelding.xml"), "01-opprett/arkivmelding.xml", "mangler"),
        (lambda files: files.update({"01-opprett/arkivmelding.xml": b"<a"}), "01-opprett/arkivmelding.xml", "forstå"),
        (lambda files: files.update({"../ute.txt": b"x"}), "../ute.txt", "ugyldig"),
        (lambda files: files.clear(), "pakken", "ingen meldinger"),
    ],
)
def test_a_tampered_package_is_found_out(
    whole: Path, change: Callable[[dict[str, bytes]], object], where: str, why: str
) -> None:
    found = verify(rewritten(whole, change))
    assert [one for one in found if one.where == where and why in one.what], [str(one) for one in found]


def test_a_forged_list_does_not_hide_a_changed_file(whole: Path) -> None:
    """Somebody who changes a file and both lists is still given away by the message."""

    def forge(files: dict[str, bytes]) -> None:
        name = "01-opprett/bilde-1.png"
        old, new = facts_of(files[name]), facts_of(b"forfalsket bilde av noe")
        files[name] = b"forfalsket bilde av noe"
        manifest = json.loads(files["manifest.json"])
        for row in manifest["files"]:
            if row["name"] == name:
                row |= {"size": new.size, "sha256": new.sha256}
        before = facts_of(files["manifest.json"]).sha256
        files["manifest.json"] = json.dumps(manifest).encode()
        after = facts_of(files["manifest.json"]).sha256
        lists = files["sha256sum.txt"].replace(old.sha256.encode(), new.sha256.encode())
        files["sha256sum.txt"] = lists.replace(before.encode(), after.encode())

    (found,) = verify(rewritten(whole, forge))
    assert found.where == "01-opprett/bilde-1.png"
    assert "stemmer ikke med meldingen" in found.what


def test_what_is_no_zip_is_a_problem_and_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "nei.zip"
    path.write_bytes(b"ikke en pakke")
    assert "lar seg ikke lese" in verify(path)[0].what
    assert "lar seg ikke lese" in verify(tmp_path / "finnes-ikke.zip")[0].what


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"folder": "../01"}, "mappenavn"),
        ({"folder": "02-opprett"}, "rekkefølgen"),
        ({"files": (PackagedFile.of_bytes(b"", name="æ.pdf", title="", role="", puid=""),)}, "filnavn"),
        ({"files": (PackagedFile.of_bytes(b"", name="../a", title="", role="", puid=""),)}, "filnavn"),
        ({"files": (PackagedFile.of_bytes(b"", name="arkivmelding.xml", title="", role="", puid=""),)}, "filnavn"),
    ],
)
def test_a_bad_name_is_refused(tmp_path: Path, changes: dict[str, object], why: str) -> None:
    first, second = package().messages
    bad = replace(package(), messages=(replace(first, **changes), second))
    with pytest.raises(PackageError, match=why):
        written_to(tmp_path / "a.zip", bad)


def test_a_file_that_changed_after_the_message_was_made_is_refused(tmp_path: Path) -> None:
    first, second = package().messages
    stale = replace(first.files[0], open=lambda: BytesIO(b"noe annet"))
    bad = replace(package(), messages=(replace(first, files=(stale, *first.files[1:])), second))
    with pytest.raises(PackageError, match="ikke den samme"):
        written_to(tmp_path / "a.zip", bad)


class Zeros(BytesIO):
    """A large file that is never in memory."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.left = size

    def read(self, size: int | None = -1, /) -> bytes:
        taken = self.left if size is None or size < 0 else min(size, self.left)
        self.left -= taken
        return bytes(taken)


def test_a_large_file_passes_through_flat_memory(tmp_path: Path) -> None:
    size = 64 << 20
    digest = "3b6a07d0d404fab4e23b6d34bc6696a6a312dd92821332385e5af7c01c421351"  # sha256 of 64 MiB of zeros

    def opened() -> BinaryIO:
        return Zeros(size)

    large = PackagedFile("stor.bin", "Stor", "Vedlegg", formats.JSON.puid, FileFacts(size, digest), opened)
    message = PackagedMessage(folder_name(1), "Stor", "jp:1", b"<x/>", (large,))
    tracemalloc.start()
    try:
        written_to(tmp_path / "stor.zip", replace(package(), messages=(message,)))
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()

"""The peers are optional: what cannot run says so in one line, and nothing is installed in the repository."""

from pathlib import Path

import pytest

from scripts import peers


@pytest.fixture
def scripts_of_a_peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "start.py").write_text("")
    monkeypatch.setenv("SOCIALDESK_PEERS", str(folder))
    monkeypatch.setenv("SOCIALDESK_PEER_DIR", str(tmp_path / "installed"))
    monkeypatch.setattr(peers.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(peers.sys, "platform", "linux")
    return folder


def test_without_the_folder_one_line_says_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOCIALDESK_PEERS", str(tmp_path / "ingen"))
    assert peers.main() == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert "SOCIALDESK_PEERS" in line


@pytest.mark.usefixtures("scripts_of_a_peer")
def test_another_machine_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers.platform, "machine", lambda: "arm64")
    assert "Linux on x86-64 only" in peers.missing()


@pytest.mark.usefixtures("scripts_of_a_peer")
def test_half_an_installation_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "installed" / "bluesky").mkdir(parents=True)
    assert "make peers" in peers.missing()
    (tmp_path / "installed" / "bluesky" / ".installed").touch()
    assert peers.missing() == ""


@pytest.mark.usefixtures("scripts_of_a_peer")
def test_nothing_is_installed_in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCIALDESK_PEER_DIR", str(peers.ROOT / "peers"))
    with pytest.raises(SystemExit, match="outside it"):
        peers.main()
    assert not (peers.ROOT / "peers").exists()

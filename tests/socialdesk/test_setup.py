"""Set-up: what it skips, what it fetches when there is no pip, and what it says."""

import ast
import base64
import gettext
import hashlib
import http.server
import os
import runpy
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from scripts import check_frontend, node_tools, pip_settings, pip_wheel, python_tools
from scripts.compile_messages import compile_all
from scripts.pip_settings import PipSettings
from scripts.steps import SetupError, Step, call, take
from tests.socialdesk.private_servers import ROOT

OLD, NEW, NEXT = (f"pip-{version}-py3-none-any.whl" for version in ("9.0.3", "25.1", "26.0b1"))


@pytest.fixture(autouse=True)
def plain_pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep this machine's pip configuration out of the tests."""
    for name in [name for name in os.environ if name.startswith("PIP_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(pip_settings, "site_wide", lambda: [tmp_path / "etc" / "pip.conf"])
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


class Index:
    """A package index on loopback. `hashes` and `asked_with` may be looked at and changed."""

    def __init__(self) -> None:
        self.files = {name: name.encode() * 100 for name in (OLD, NEW, NEXT)}
        self.hashes = {name: hashlib.sha256(content).hexdigest() for name, content in self.files.items()}
        self.yanked: set[str] = set()
        self.asked_with: list[str | None] = []
        index = self

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.asked_with.append(self.headers["Authorization"])
                content = index.content(self.path)
                self.send_response(200 if content else 404)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments: object) -> None:
                """Stay silent."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple"

    def content(self, path: str) -> bytes:
        if path == "/simple/pip/":
            links = [
                f'<a {"data-yanked" * (name in self.yanked)} href="../../files/{name}#sha256={digest}">{name}</a>'
                for name, digest in self.hashes.items()
            ]
            return "".join(links).encode()
        return self.files.get(Path(path).name, b"")


@pytest.fixture
def index() -> Iterator[Index]:
    made = Index()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


class TestPipsOwnConfiguration:
    def test_without_any_the_public_index_is_asked(self) -> None:
        assert pip_settings.read().indexes == (pip_settings.DEFAULT_INDEX,)

    def test_a_nearer_file_overrides_a_wider_and_a_variable_overrides_both(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        write(tmp_path / "etc" / "pip.conf", "[global]\nindex-url = http://wide/\ncert = /wide.pem\ntimeout = 7")
        write(
            tmp_path / "home" / ".config" / "pip" / "pip.conf",
            "[global]\nindex_url = http://near/\n[install]\nproxy = p:1",
        )
        settings = pip_settings.read()
        assert (settings.indexes[0], settings.cert, settings.proxy) == ("http://near/", "/wide.pem", "p:1")
        monkeypatch.setenv("PIP_INDEX_URL", "http://variable/")
        monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "http://a/ http://b/")
        assert pip_settings.read().indexes == ("http://variable/", "http://a/", "http://b/")

    def test_the_named_file_comes_last_and_devnull_means_none(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        write(tmp_path / "etc" / "pip.conf", "[global]\nindex-url = http://wide/")
        monkeypatch.setenv("PIP_CONFIG_FILE", str(write(tmp_path / "named", "[global]\nindex-url = http://named/")))
        assert pip_settings.read().indexes[0] == "http://named/"
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        assert pip_settings.read() == PipSettings()

    def test_no_index_leaves_the_folders_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", "/a /b")
        settings = pip_settings.read()
        assert (settings.indexes, settings.folders) == ((), ("/a", "/b"))

    def test_a_file_that_cannot_be_read_is_named(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PIP_CONFIG_FILE", str(write(tmp_path / "broken", "no section")))
        with pytest.raises(SystemExit, match=r"broken cannot be read"):
            pip_settings.read()


class TestPipWithoutPip:
    def test_the_newest_final_version_is_taken(self, index: Index, tmp_path: Path) -> None:
        assert pip_wheel.fetch(PipSettings(indexes=(index.url,)), tmp_path).read_bytes() == index.files[NEW]

    def test_a_version_that_was_taken_back_is_not(self, index: Index, tmp_path: Path) -> None:
        index.yanked.add(NEW)
        assert pip_wheel.fetch(PipSettings(indexes=(index.url,)), tmp_path).name == OLD

    @pytest.mark.parametrize("digest", ["0" * 64, ""])
    def test_a_file_without_the_hash_of_the_index_is_refused(self, index: Index, tmp_path: Path, digest: str) -> None:
        index.hashes[NEW] = digest
        with pytest.raises(pip_wheel.NoPipError, match="sha256"):
            pip_wheel.fetch(PipSettings(indexes=(index.url,)), tmp_path)
        assert list(tmp_path.glob("*.whl")) == []

    def test_an_index_that_is_away_is_passed_over(self, index: Index, tmp_path: Path) -> None:
        settings = PipSettings(indexes=("http://127.0.0.1:1/simple", index.url))
        assert pip_wheel.fetch(settings, tmp_path).name == NEW

    def test_name_and_password_of_the_index_are_sent_and_never_said(self, index: Index, tmp_path: Path) -> None:
        url = index.url.replace("//", "//kari:hemm%40lig@")
        pip_wheel.fetch(PipSettings(indexes=(url,)), tmp_path)
        assert set(index.asked_with) == {"Basic " + base64.b64encode(b"kari:hemm@lig").decode()}
        index.hashes[NEW] = "0"
        with pytest.raises(pip_wheel.NoPipError) as refusal:
            pip_wheel.fetch(PipSettings(indexes=(url,)), tmp_path)
        assert "hemm" not in str(refusal.value)

    def test_pips_proxy_is_used(self, index: Index, tmp_path: Path) -> None:
        proxy = index.url.removesuffix("/simple")
        settings = PipSettings(indexes=("http://packages.invalid/simple",), proxy=proxy)
        with pytest.raises(pip_wheel.NoPipError, match="404"):  # the stand-in is no proxy, but it was asked
            pip_wheel.fetch(settings, tmp_path)
        assert index.asked_with

    def test_a_folder_of_wheels_does_too(self, tmp_path: Path) -> None:
        write(tmp_path / "wheels" / NEW, "wheel")
        (tmp_path / "target").mkdir()
        settings = PipSettings(indexes=(), folders=(str(tmp_path / "wheels"),))
        assert pip_wheel.fetch(settings, tmp_path / "target").read_text() == "wheel"

    def test_an_index_in_a_folder_does_too(self, tmp_path: Path) -> None:
        wheel = write(tmp_path / "files" / NEW, "wheel")
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        write(tmp_path / "simple" / "pip" / "index.html", f'<a href="{wheel.as_uri()}#sha256={digest}">pip</a>')
        (tmp_path / "target").mkdir()
        settings = PipSettings(indexes=((tmp_path / "simple").as_uri(),))
        assert pip_wheel.fetch(settings, tmp_path / "target").name == NEW

    @pytest.mark.slow
    def test_an_environment_is_made_where_python_comes_without_pip(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        bundled = sorted((Path(os.__file__).parent / "ensurepip" / "_bundled").glob("pip-*.whl"))
        if not bundled:
            pytest.skip("this Python has no pip wheel to serve")
        monkeypatch.setenv("PIP_FIND_LINKS", str(bundled[0].parent))
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setitem(sys.modules, "ensurepip", None)
        monkeypatch.setattr(python_tools, "VENV", tmp_path / "venv")
        monkeypatch.setattr(python_tools, "PYTHON", tmp_path / "venv" / "bin" / "python")
        python_tools.make_environment()
        said = subprocess.run(
            [python_tools.PYTHON, "-m", "pip", "--version"], capture_output=True, text=True, check=True
        )
        assert str(tmp_path / "venv") in said.stdout

    def test_when_pip_cannot_be_had_the_system_package_is_named(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setitem(sys.modules, "ensurepip", None)
        monkeypatch.setattr(python_tools, "VENV", tmp_path / "venv")
        monkeypatch.setattr(python_tools, "PYTHON", tmp_path / "venv" / "bin" / "python")
        with pytest.raises(SetupError, match=r"apt-get install python3.*-venv"):
            python_tools.make_environment()


class TestSteps:
    @pytest.fixture
    def step(self, tmp_path: Path) -> Step:
        """A step that counts how often it ran."""
        source, result = write(tmp_path / "source", "1"), tmp_path / "result"

        def run() -> None:
            result.write_text(result.read_text() + "x" if result.exists() else "x")

        return Step("Counting", run, tmp_path / "stamp", (source,), result)

    def test_nothing_runs_again_while_nothing_changes(self, step: Step, capsys: pytest.CaptureFixture[str]) -> None:
        assert (take([step]), take([step])) == (1, 0)
        assert step.result.read_text() == "x"
        assert capsys.readouterr().out.count("[setup] Counting: 0.0 s") == 1

    def test_a_changed_source_or_a_lost_result_runs_it_again(self, step: Step) -> None:
        take([step])
        step.sources[0].write_text("2")
        assert take([step]) == 1
        step.result.unlink()
        assert take([step]) == 1

    def test_a_step_that_fails_runs_again_next_time(self, step: Step) -> None:
        def fail() -> None:
            raise SetupError("no")

        take([step])
        step.sources[0].write_text("2")
        with pytest.raises(SetupError):
            take([Step(step.title, fail, step.stamp, step.sources, step.result)])
        assert not step.is_done()

    def test_a_failing_command_is_named_with_its_exit_code(self) -> None:
        with pytest.raises(SetupError, match=r"exit code 3.*: python.* -c"):
            call([sys.executable, "-c", "raise SystemExit(3)"])


class TestFrontEnd:
    @pytest.mark.parametrize(
        ("version", "usable"), [("v18.19.0", False), ("v20.0.0", True), ("v24.19.0", True), ("", False)]
    )
    def test_npm_is_used_only_with_a_node_that_is_new_enough(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, usable: bool
    ) -> None:
        for name in ("node", "npm"):
            write(tmp_path / name, f"#!/bin/sh\necho {version}\n").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
        assert (node_tools.system_npm() is not None) == usable

    def test_without_npm_there_is_none(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert node_tools.system_npm() is None

    def test_node_gets_pips_certificates_and_proxy_unless_it_has_its_own(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        for name in ("NODE_EXTRA_CA_CERTS", "https_proxy", "HTTPS_PROXY"):
            monkeypatch.delenv(name, raising=False)
        certificates = write(tmp_path / "ca.pem", "")
        monkeypatch.setenv("PIP_CERT", str(certificates))
        monkeypatch.setenv("PIP_PROXY", "http://127.0.0.1:3128")
        given = node_tools.npm_environment()
        assert (given["NODE_EXTRA_CA_CERTS"], given["HTTPS_PROXY"]) == (str(certificates), "http://127.0.0.1:3128")
        monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "/own.pem")
        assert node_tools.npm_environment()["NODE_EXTRA_CA_CERTS"] == "/own.pem"

    def test_a_missing_file_is_named(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(check_frontend, "ROOT", tmp_path)
        monkeypatch.setattr(check_frontend, "MODULES", tmp_path / "node_modules")
        for name in check_frontend.NEEDED[1:]:
            write(tmp_path / "node_modules" / name, "")
        assert check_frontend.missing() == [f"node_modules/{check_frontend.NEEDED[0]}", "static/icons.svg"]


class TestTheFirstFile:
    def test_an_old_python_can_read_it(self) -> None:
        assert ast.parse((ROOT / "scripts" / "setup.py").read_text(), feature_version=(3, 7)).body

    def test_an_old_python_alone_says_one_clear_line(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
        monkeypatch.setattr(sys, "version", "3.9.2 (default)")
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(SystemExit, match=r"^SocialDesk needs Python 3\.11 or newer; this is 3\.9\.2\."):
            runpy.run_path(str(ROOT / "scripts" / "setup.py"), run_name="__main__")

    def test_an_old_python_finds_a_newer_one_that_runs(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        newer = tmp_path / "python3.12"
        newer.symlink_to(sys.executable)
        write(tmp_path / "python3.14", "#!/bin/sh\nexit 127\n").chmod(0o755)
        monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
        monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
        found = runpy.run_path(str(ROOT / "scripts" / "setup.py"))["new_enough"]()
        assert found == str(newer)


def test_messages_are_compiled_without_the_gettext_tools_and_only_when_they_changed(tmp_path: Path) -> None:
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    catalogue.append(polib.POEntry(msgid="Kø", msgstr="Queue"))
    folder = tmp_path / "locale" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue.save(str(folder / "django.po"))
    assert compile_all(tmp_path) == [folder / "django.mo"]
    with (folder / "django.mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Kø") == "Queue"
    assert compile_all(tmp_path) == []

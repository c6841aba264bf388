"""The supervisor with stand-in programs: started, stopped, broken and killed as real processes."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialdesk.data_folder import AlreadyRunningError, home_path, open_home, take_lock
from socialdesk.demo_plan import PlanError, demo_plan
from socialdesk.embedded import EmbeddedServers
from socialdesk.log_lines import LogLines
from socialdesk.private_postgres import free_port
from socialdesk.processes import Mark, mark_of, session_of
from socialdesk.reachable import UnreachableError, answers, completed, with_addresses
from socialdesk.supervisor import leftovers, reset
from tests.socialdesk.private_servers import ROOT, family, living, plain_environment, wait_for

STAND_IN = Path(__file__).with_name("stand_in_demo.py")


class Demo:
    """One run of the stand-in demo; `lines` is what it has written."""

    def __init__(self, data_dir: Path, port: int, *codes: str, **environment: str) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, str(STAND_IN), str(data_dir), str(port), *codes],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=plain_environment(**environment),
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(line.rstrip("\n") for line in self.process.stdout)

    def says(self, text: str, *, seconds: float = 30) -> bool:
        return wait_for(lambda: any(text in line for line in self._so_far()), seconds=seconds)

    def _so_far(self) -> list[str]:
        return list(self.lines)

    def ended(self) -> int:
        """Wait for the end and return the exit code."""
        code = self.process.wait(timeout=40)
        self._reader.join(timeout=10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.ended()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("supervised")
    with EmbeddedServers(folder, durable=False):
        pass
    yield folder
    EmbeddedServers(folder).remove()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def demo(data_dir: Path, port: int) -> Iterator[Demo]:
    yield from ready_demo(data_dir, port)


def ready_demo(data_dir: Path, port: int) -> Iterator[Demo]:
    """Give a stand-in demo that is ready, and end it."""
    running = Demo(data_dir, port)
    assert running.says("Ready."), running.lines
    yield running
    running.stop()


@pytest.mark.slow
class TestRunning:
    @pytest.fixture(scope="class")
    def port(self) -> int:
        return free_port()

    @pytest.fixture(scope="class")
    def demo(self, data_dir: Path, port: int) -> Iterator[Demo]:
        """One demo for the tests that leave it running."""
        yield from ready_demo(data_dir, port)

    def test_it_answers_and_each_line_says_who_wrote_it(self, demo: Demo, port: int) -> None:
        assert answers(port, "/")
        assert {"     step | prepared", "      web | web listens", "ADDRESSES"} <= set(demo.lines)
        assert demo.lines.index("     step | prepared") < demo.lines.index("      web | web listens")

    def test_a_second_start_says_so_in_one_line_and_the_first_goes_on(
        self, demo: Demo, data_dir: Path, port: int
    ) -> None:
        second = Demo(data_dir, port + 1)
        assert second.ended() == 1
        assert len(second.lines) == 1
        assert f"Already running: a demo (process {demo.process.pid})" in second.lines[0]
        assert answers(port, "/")

    def test_the_data_cannot_be_removed_under_it(self, demo: Demo, data_dir: Path) -> None:
        with pytest.raises(AlreadyRunningError):
            reset(data_dir)


@pytest.mark.slow
class TestEnding:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_ctrl_c_and_term_end_everything_even_what_ignores_them(self, demo: Demo, number: signal.Signals) -> None:
        pids = family(demo.process.pid)
        assert len(pids) > 8
        demo.process.send_signal(number)
        assert demo.ended() == 0
        assert wait_for(lambda: living(pids) == []), living(pids)

    def test_after_kill_9_the_next_start_finds_the_leftovers_and_leaves_nothing_itself(
        self, demo: Demo, data_dir: Path, port: int
    ) -> None:
        first = family(demo.process.pid)
        demo.process.kill()
        demo.process.wait()
        again = Demo(data_dir, port)
        try:
            assert again.says("Ready."), again.lines
            assert again.says("that an earlier demo left")
            assert living(first) == []
            second = family(again.process.pid)
            again.process.send_signal(signal.SIGINT)
            assert again.ended() == 0
            assert wait_for(lambda: living(second) == []), living(second)
        finally:
            again.stop()


@pytest.mark.slow
class TestFailing:
    def test_a_program_that_ends_by_itself_is_named_with_its_exit_code(self, data_dir: Path, port: int) -> None:
        demo = Demo(data_dir, port, "worker=3")
        assert demo.ended() == 1
        assert "     demo | The worker ended by itself (exit code 3). Ending the rest." in demo.lines
        assert not answers(port, "/")

    def test_a_preparing_step_that_fails_is_named_and_nothing_starts(self, data_dir: Path, port: int) -> None:
        demo = Demo(data_dir, port, "step=4")
        assert demo.ended() == 1
        assert demo.says("step failed (exit code 4)")
        assert not demo.says("web listens", seconds=0)

    def test_a_taken_port_is_one_line_before_anything_starts(self, data_dir: Path, port: int) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", port))
            other.listen()
            demo = Demo(data_dir, port)
            assert demo.ended() == 1
        assert demo.lines == [
            f"     demo | Port {port} for the web is taken. Choose another: make demo PORT={port + 10}"
        ]

    @pytest.mark.parametrize(
        ("name", "url", "says"),
        [
            ("DATABASE_URL", "postgresql://me:geheim@127.0.0.1:1/x", "DATABASE_URL cannot be reached: "),
            ("DATABASE_URL", "sqlite:///db.sqlite3", "DATABASE_URL must begin with postgresql://"),
            ("REDIS_URL", "redis://:geheim@127.0.0.1:1/0", "REDIS_URL cannot be reached: "),
            ("REDIS_URL", "127.0.0.1:6379", "REDIS_URL cannot be reached: "),
        ],
    )
    def test_a_wrong_address_is_one_line_without_the_password(
        self, data_dir: Path, port: int, name: str, url: str, says: str
    ) -> None:
        demo = Demo(data_dir, port, **{name: url})
        assert demo.ended() == 1
        assert len(demo.lines) == 1
        assert says in demo.lines[0]
        assert "geheim" not in demo.lines[0]


def test_a_reset_empties_the_data_but_not_the_tests_part(tmp_path: Path) -> None:
    open_home(tmp_path)
    (home_path(tmp_path) / "postgres").mkdir()
    (tmp_path / "files").mkdir()
    (tmp_path / "test").mkdir()
    (tmp_path / "celerybeat-schedule").touch()
    reset(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["test"]
    assert not home_path(tmp_path).exists()


def test_an_address_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("redis://127.0.0.1:6379/0\n")
    given = with_addresses({"REDIS_URL_FILE": str(tmp_path / "url"), "LANG": "C"})
    assert given == {"REDIS_URL": "redis://127.0.0.1:6379/0", "LANG": "C"}
    with pytest.raises(UnreachableError, match=r"^DATABASE_URL_FILE=.* cannot be read"):
        with_addresses({"DATABASE_URL_FILE": str(tmp_path / "lost")})


def test_private_addresses_fill_only_what_was_not_given() -> None:
    private = {"DATABASE_URL": "p1", "DATABASE_OWNER_URL": "p2", "REDIS_URL": "p3"}
    assert completed({}, private) == private
    assert completed({"DATABASE_URL": "own"}, private) == {"DATABASE_URL": "own", "REDIS_URL": "p3"}
    assert completed({"DATABASE_OWNER_URL": "own", "REDIS_URL": "own"}, private) == {**private, "REDIS_URL": "own"}


def test_the_demo_says_where_its_mail_lies(tmp_path: Path) -> None:
    assert any(str(tmp_path / "mail") in line for line in demo_plan(tmp_path).ready_lines)


def test_the_plan_puts_the_simulator_beside_the_web(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SIMULATOR_PORT", raising=False)
    monkeypatch.setenv("PORT", "8100")
    assert demo_plan(tmp_path).ports() == {"simulator": 8101, "web": 8100}
    monkeypatch.setenv("SIMULATOR_PORT", "9000")
    assert demo_plan(tmp_path).ports() == {"simulator": 9000, "web": 8100}


@pytest.mark.parametrize("given", ["", "eighty", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str) -> None:
    monkeypatch.setenv("PORT", given)
    if not given:
        assert demo_plan(tmp_path).ports()["web"] == 8000
        return
    with pytest.raises(PlanError, match=f"PORT={given} is not a port"):
        demo_plan(tmp_path)


def test_only_the_step_that_prepares_the_database_owns_the_tables(tmp_path: Path) -> None:
    plan = demo_plan(tmp_path)
    owners = [command.name for command in (*plan.steps, *plan.programs) if command.environment]
    assert owners == ["database"]
    assert plan.environment["DEBUG"] == "False"


def test_a_line_is_written_whole_even_when_it_comes_in_pieces() -> None:
    out = io.StringIO()
    lines = LogLines(out)
    reader, writer = os.pipe()
    lines.follow("web", open(reader, "rb", buffering=0))  # noqa: SIM115, PTH123 - closed by LogLines at the end
    for piece in ["første ".encode(), b"linje\nand", b"re linje\nuten slutt"]:
        os.write(writer, piece)
        lines.pass_on(1)
    os.close(writer)
    lines.drain()
    assert out.getvalue().splitlines() == [
        "      web | første linje",
        "      web | andre linje",
        "      web | uten slutt",
    ]


def test_a_stranger_with_a_leftovers_number_is_not_ours(tmp_path: Path) -> None:
    ours = mark_of(os.getpid())
    assert ours is not None
    note = tmp_path / "children.json"
    note.write_text(json.dumps([{"pid": os.getpid(), "started": ours.started - 100}]))
    assert leftovers(note) == []
    assert session_of(Mark(os.getpid(), ours.started - 100)) == []


def test_a_damaged_note_of_leftovers_is_no_obstacle(tmp_path: Path) -> None:
    note = tmp_path / "children.json"
    note.write_text("[{")
    assert leftovers(note) == []


def test_a_claim_says_who_holds_the_lock_and_ends_with_its_file(tmp_path: Path) -> None:
    with take_lock(tmp_path, claim="the first"), pytest.raises(AlreadyRunningError, match="the first uses"):
        take_lock(tmp_path, claim="the second")
    take_lock(tmp_path, claim="the second").close()


def test_every_command_of_the_plan_names_a_file_that_is_there(tmp_path: Path) -> None:
    plan = demo_plan(tmp_path)
    files = {part for command in (*plan.steps, *plan.after) for part in command.line if part.endswith(".py")}
    assert {str(ROOT / "manage.py")} <= files
    assert [name for name in files if not Path(name).is_file()] == []

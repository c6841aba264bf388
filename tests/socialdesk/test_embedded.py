"""The private PostgreSQL and Valkey: real servers, started, killed and started again."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from socialdesk import server_programs
from socialdesk.data_folder import home_path, open_home
from socialdesk.embedded import AlreadyRunningError, EmbeddedServers, EmbeddedServersError, ServerUrls, attached
from tests.socialdesk.private_servers import ROOT, family, living, plain_environment, wait_for

pytestmark = pytest.mark.slow
OWNER = """
import sys, time
from pathlib import Path
from socialdesk.embedded import EmbeddedServers
EmbeddedServers(Path(sys.argv[1])).start()
print("up", flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder whose cluster is made once for this file."""
    folder = tmp_path_factory.mktemp("embedded")
    with EmbeddedServers(folder, durable=False):
        pass
    yield folder
    EmbeddedServers(folder).remove()


@pytest.fixture
def servers(data_dir: Path) -> Iterator[ServerUrls]:
    with EmbeddedServers(data_dir) as urls:
        yield urls


@pytest.fixture
def owner(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that owns the servers."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(data_dir)], stdout=subprocess.PIPE, text=True, env=plain_environment()
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    yield process
    process.kill()
    process.communicate()


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    """Return the rows of one statement, which is committed."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def command(*arguments: str, data_dir: Path) -> subprocess.CompletedProcess[str]:
    """Run `python -m socialdesk.run` with that data folder."""
    return subprocess.run(
        [sys.executable, "-m", "socialdesk.run", *arguments],
        env=plain_environment(SOCIALDESK_DATA_DIR=str(data_dir)), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_it_is_postgresql_18_with_norwegian_text_and_two_roles(servers: ServerUrls) -> None:
    assert ask(servers.database_url, "SELECT current_setting('server_version_num')::int / 10000") == [(18,)]
    assert ask(servers.database_url, "SELECT lower('ÆØÅ'), to_tsvector('norwegian', 'husene')::text") == [
        ("æøå", "'hus':1")
    ]
    rights = "SELECT rolname::text, rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    assert ask(servers.database_owner_url, rights) == [("socialdesk_owner", False, True)]
    assert ask(servers.database_url, rights) == [("socialdesk_app", False, False)]


def test_the_app_role_may_not_make_tables(servers: ServerUrls) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(servers.database_url, "CREATE TABLE mine (i int)")


def test_nobody_comes_in_without_the_password(servers: ServerUrls) -> None:
    password = servers.database_url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(servers.database_url.replace(password, "guessed"))
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url("redis://" + servers.redis_url.split("@")[1]).ping()


def test_secrets_are_readable_by_their_owner_only(servers: ServerUrls, data_dir: Path) -> None:
    home = home_path(data_dir)
    secret = [data_dir / "servers.json", home / "passwords.json", home / "valkey.conf"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in secret} == {0o600}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_rows_and_queued_work_survive_a_restart(data_dir: Path) -> None:
    with EmbeddedServers(data_dir) as urls:
        ask(
            urls.database_owner_url,
            "CREATE TABLE IF NOT EXISTS kept (i int); TRUNCATE kept; INSERT INTO kept VALUES (7)",
        )
        redis.Redis.from_url(urls.redis_url).set("kept", "7")
    with EmbeddedServers(data_dir) as urls:
        assert ask(urls.database_owner_url, "SELECT i FROM kept") == [(7,)]
        assert redis.Redis.from_url(urls.redis_url).get("kept") == b"7"


def test_a_second_owner_is_refused_in_one_line_and_may_use_the_address(
    owner: subprocess.Popen[str], data_dir: Path
) -> None:
    with pytest.raises(AlreadyRunningError, match=rf"^Already running: process {owner.pid} .*End it first\.$"):
        EmbeddedServers(data_dir).start()
    with pytest.raises(AlreadyRunningError):
        EmbeddedServers(data_dir).remove()
    urls = attached(data_dir)
    assert urls is not None
    assert ask(urls.database_url, "SELECT 1") == [(1,)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_a_killed_owner_takes_its_servers_along(owner: subprocess.Popen[str], data_dir: Path) -> None:
    pids = family(owner.pid)
    assert len(living(pids)) >= 2
    owner.kill()
    assert wait_for(lambda: living(pids) == [])
    assert attached(data_dir) is None


def test_after_killing_everything_the_next_start_works_and_nothing_is_lost(
    owner: subprocess.Popen[str], data_dir: Path
) -> None:
    urls = attached(data_dir)
    assert urls is not None
    ask(urls.database_owner_url, "CREATE TABLE IF NOT EXISTS killed (i int); INSERT INTO killed VALUES (1)")
    for pid in [owner.pid, *family(owner.pid)]:
        os.kill(pid, signal.SIGKILL)
    with EmbeddedServers(data_dir) as again:
        assert ask(again.database_owner_url, "SELECT count(*) > 0 FROM killed") == [(True,)]


def test_a_pid_file_that_names_a_stranger_stops_nobody(data_dir: Path) -> None:
    with EmbeddedServers(data_dir):
        pid_file = home_path(data_dir) / "postgres" / "postmaster.pid"
        stale = pid_file.read_text()
    pid_file.write_text(stale.replace(stale.split()[0], str(os.getpid()), 1))
    with EmbeddedServers(data_dir) as urls:
        assert ask(urls.database_url, "SELECT 1") == [(1,)]


def test_a_server_that_ends_by_itself_is_noticed(data_dir: Path) -> None:
    servers = EmbeddedServers(data_dir)
    urls = servers.start()
    try:
        assert servers.ended() == ""
        redis.Redis.from_url(urls.redis_url).shutdown()
        assert wait_for(lambda: servers.ended() == "Valkey")
    finally:
        servers.stop()


def test_lost_passwords_are_told_in_one_line(data_dir: Path) -> None:
    passwords = home_path(data_dir) / "passwords.json"
    kept = passwords.rename(passwords.with_suffix(".kept"))
    try:
        with pytest.raises(EmbeddedServersError, match="do not fit the database"):
            EmbeddedServers(data_dir).start()
    finally:
        kept.replace(passwords)


def test_removed_data_is_gone(tmp_path: Path) -> None:
    open_home(tmp_path)
    EmbeddedServers(tmp_path).remove()
    assert not home_path(tmp_path).exists()


def test_a_lone_command_starts_its_own_servers_and_stops_them(data_dir: Path) -> None:
    done = command("sh", "-c", "echo $DATABASE_URL; exit 3", data_dir=data_dir)
    assert done.returncode == 3
    assert done.stdout.startswith("postgresql://socialdesk_app:")
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(done.stdout.strip())


def test_a_lone_command_uses_the_servers_that_are_there(servers: ServerUrls, data_dir: Path) -> None:
    done = command("sh", "-c", "echo $DATABASE_URL", data_dir=data_dir)
    assert done.stdout.strip() == servers.database_url
    assert ask(servers.database_url, "SELECT 1") == [(1,)]


def test_an_unknown_program_is_named(data_dir: Path) -> None:
    done = command("no-such-program", data_dir=data_dir)
    assert done.returncode == 1
    assert "There is no program no-such-program." in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as another user")
class TestAsRoot:
    def test_the_servers_run_as_an_unprivileged_user_outside_the_checkout(
        self, servers: ServerUrls, data_dir: Path
    ) -> None:
        home = home_path(data_dir)
        assert home.parent == Path("/var/lib")
        assert home.stat().st_uid != 0
        assert (data_dir / "servers-at").read_text().strip() == str(home)
        pid = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
        assert Path(f"/proc/{pid}").stat().st_uid == home.stat().st_uid

    def test_programs_it_cannot_reach_are_copied_beside_the_data(
        self, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home = open_home(data_dir)
        monkeypatch.setattr(server_programs, "_can_run", lambda programs, user: False)
        copied = server_programs.programs_for(home)
        assert copied.postgres.is_relative_to(home.path)
        monkeypatch.undo()
        assert home.user is not None
        assert server_programs._can_run(copied, home.user)

"""What the demo consists of: commands that prepare, programs that stay, and where they answer."""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from socialdesk.data_folder import ROOT_DIR

PYTHON = sys.executable
MANAGE = str(ROOT_DIR / "manage.py")
AS_OWNER = {"SOCIALDESK_AS_OWNER": "1"}  # the app role may neither migrate nor give itself rights


class PlanError(Exception):
    """The demo cannot be planned from this environment; the message says what to set."""


@dataclass(frozen=True)
class Command:
    """A named command line with what it needs in its environment beyond the common part."""

    name: str
    line: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    health: str = ""  # the path that answers 200 when the program is ready, on its port
    port: int = 0


@dataclass(frozen=True)
class Plan:
    """`steps` run one after the other, then `programs` stay; `farewell` is printed when all are ready."""

    steps: tuple[Command, ...]
    programs: tuple[Command, ...]
    environment: Mapping[str, str]
    ready_lines: tuple[str, ...] = ()
    after: tuple[Command, ...] = ()

    def ports(self) -> dict[str, int]:
        """Return the loopback ports that must be free, by the name of the program."""
        return {program.name: program.port for program in self.programs if program.port}


def demo_plan(data_dir: Path) -> Plan:
    """Return the plan of the demo for $PORT and $SIMULATOR_PORT. Raises PlanError."""
    port = port_from("PORT", default=8000)
    practice_port = port_from("SIMULATOR_PORT", default=port + 1)
    address, practice = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{practice_port}"
    return Plan(
        steps=(
            Command("database", (PYTHON, MANAGE, "prepare_database"), AS_OWNER),
            Command("messages", (PYTHON, str(ROOT_DIR / "scripts" / "compile_messages.py"))),
            Command("static", (PYTHON, MANAGE, "collectstatic", "--noinput", "--verbosity=0")),
            Command("demo data", (PYTHON, MANAGE, "load_demo")),
        ),
        programs=(
            Command("simulator", _simulator(practice_port, data_dir, address), health="/healthz", port=practice_port),
            Command("web", _web(port), health="/healthz", port=port),
            Command("worker", _worker()),
            Command("beat", _beat(data_dir)),
        ),
        environment={
            "DEBUG": "False",
            "SOCIALDESK_DEMO": "1",
            "SLOW_PASS_EVERY": "60",
            "SOCIALDESK_DATA_DIR": str(data_dir),
            "DJANGO_SETTINGS_MODULE": "socialdesk.settings",
            "PORT": str(port),
            "SIMULATOR_PORT": str(practice_port),
            "SIMULATOR_URL": practice,
            **practice_apps(practice),
            # The practice platforms sign webhooks with it; a new one each time, nobody else needs it.
            "META_APP_SECRET": secrets.token_urlsafe(32),
            "META_VERIFY_TOKEN": secrets.token_urlsafe(16),
            "PYTHONUNBUFFERED": "1",
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),  # a line for every look at a platform hides the rest
        },
        ready_lines=(
            "",
            f"SocialDesk           {address}/",
            f"Practice platforms   {practice}/",
            f"Mail that is sent    {data_dir / 'mail'}/  (one file each)",
            "",
        ),
        after=(
            Command("accounts", (PYTHON, MANAGE, "load_demo", "--connect")),
            Command("log-ins", (PYTHON, MANAGE, "load_demo", "--print-logins")),
        ),
    )


def practice_apps(practice: str) -> dict[str, str]:
    """Return the settings with which the practice platforms stand in for Meta, Google, Mastodon and Bluesky."""
    return {
        "META_APP_ID": "1001",
        "META_GRAPH_URL": f"{practice}/graph",
        "META_LOGIN_URL": f"{practice}/meta",
        "GOOGLE_CLIENT_ID": "ovelse",
        "GOOGLE_CLIENT_SECRET": "ovelse",
        "GOOGLE_LOGIN_URL": f"{practice}/google/auth",
        "GOOGLE_TOKEN_URL": f"{practice}/google/token",
        "GOOGLE_REVOKE_URL": f"{practice}/google/revoke",
        "YOUTUBE_URL": practice,
        "MASTODON_URL": practice,
        "BLUESKY_URL": practice,
        "BLUESKY_APP_PASSWORDS_URL": f"{practice}/settings/app-passwords",
    }


def port_from(name: str, *, default: int) -> int:
    """Return the port that the environment variable `name` holds. Raises PlanError when it is none."""
    given = os.environ.get(name) or str(default)
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise PlanError(f"{name}={given} is not a port. Give a number from 1 to 65535.")
    return int(given)


def _simulator(port: int, data_dir: Path, site: str) -> tuple[str, ...]:
    where = ("--port", str(port), "--data", str(data_dir / "simulator"), "--seed")
    return (PYTHON, "-m", "simulator", *where, "--webhooks", f"{site}/kroker/meta/")


def _web(port: int) -> tuple[str, ...]:
    """Two processes with four threads each; loaded once and forked, which halves the memory."""
    options = f"--bind=127.0.0.1:{port} --workers=2 --worker-class=gthread --threads=4 --preload --timeout=60"
    quiet = "--graceful-timeout=8 --log-level=warning --no-control-socket"
    return (PYTHON, "-m", "gunicorn", *options.split(), *quiet.split(), "socialdesk.wsgi:application")


def _worker() -> tuple[str, ...]:
    """Two processes; no gossip between workers, since there is one."""
    options = "--concurrency=2 --loglevel=warning --without-gossip --without-mingle --without-heartbeat"
    return (PYTHON, "-m", "celery", "--app=socialdesk", "worker", *options.split())


def _beat(data_dir: Path) -> tuple[str, ...]:
    schedule = f"--schedule={data_dir / 'celerybeat-schedule'}"
    return (PYTHON, "-m", "celery", "--app=socialdesk", "beat", "--loglevel=warning", "--pidfile=", schedule)

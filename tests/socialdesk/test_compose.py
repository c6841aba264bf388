"""The production files as they are read by others' programs: there is no container engine here to run them."""

import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
AS_OWNER = {"migrate", "backup"}


def test_the_client_programs_in_the_image_are_those_of_the_server() -> None:
    server = COMPOSE["services"]["postgres"]["image"].partition(":")[2]
    assert re.findall(r"^ARG POSTGRES_MAJOR=(\d+)$", DOCKERFILE, re.M) == [server]
    assert '"postgresql-client-${POSTGRES_MAJOR}"' in DOCKERFILE


def test_only_what_must_be_the_owner_gets_the_owners_address() -> None:
    services = COMPOSE["services"]
    owners = {name for name, one in services.items() if "database_owner_url" in one.get("secrets", [])}
    assert owners == AS_OWNER
    assert all(services[name]["environment"]["SOCIALDESK_AS_OWNER"] == "1" for name in AS_OWNER)


def test_backup_runs_only_when_asked_and_writes_outside_the_image() -> None:
    backup = COMPOSE["services"]["backup"]
    assert backup["profiles"] == ["tools"]
    assert [one.rpartition(":")[2] for one in backup["volumes"]] == ["/data", "/backups"]
    said = backup["command"][-1].replace("$$", "$")
    assert subprocess.run(["sh", "-n", "-c", said], check=False).returncode == 0
    assert "manage.py backup" in said


def test_every_secret_that_a_service_names_is_a_file() -> None:
    named = {one for service in COMPOSE["services"].values() for one in service.get("secrets", [])}
    assert named == set(COMPOSE["secrets"])
    assert all(one["file"].startswith("./secrets/") for one in COMPOSE["secrets"].values())


def test_every_step_of_the_image_reads_as_shell() -> None:
    joined = DOCKERFILE.replace("\\\n", " ")
    for line in re.findall(r"^RUN (.+)$", joined, re.M):
        assert subprocess.run(["sh", "-n", "-c", line], check=False).returncode == 0, line

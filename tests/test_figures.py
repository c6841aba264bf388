"""The cheap figures, at small size, so that the harness of `make figures` cannot rot (benchmarks/reliability)."""

import json
import os
import shutil
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from benchmarks.reliability.hostile_sets import BESIDE

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow
PAYLOAD = {"from": {"id": "77001", "name": "Kari"}, "created_time": "2026-11-20T10:00:00Z", "parent_post": "500_1"}


def figure(name: str, file: Path | None = None) -> dict[str, Any]:
    """Run one figure as `make figures` does and return its line."""
    named = {"FILE": str(file)} if file else {}
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "REDIS_"))}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.reliability"],
        cwd=ROOT,
        env={**environment, **named, "ONLY": name, "QUICK": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.stdout.strip(), done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert (found["id"], found["ok"]) == (name, done.returncode == 0)
    return found


def case(tmp_path: Path, *cases: dict[str, Any]) -> Path:
    """Write cases in the form of the hostile sets."""
    file = tmp_path / "cases.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in cases), encoding="utf-8")
    return file


def comment(name: str, message: str, **expect: Any) -> dict[str, Any]:
    payload = {**PAYLOAD, "id": f"900_{name}", "message": message}
    events = [{"op": "upsert", "payload": payload}]
    return {"id": name, "cls": "ours", "events": events, "expect": {"rows": 1, **expect}}


def test_hostile_comments_are_judged_case_by_case(tmp_path: Path) -> None:
    bell, plain = comment("1", "a\x07b", text="a\ufffdb"), comment("2", "<b>hei</b>", text="<b>hei</b>")
    wrong = comment("3", "som det er", text="noe annet")
    found = figure("R6", case(tmp_path, bell, plain, wrong))
    assert (found["value"], found["goal"], found["ok"]) == (2, 3, False)
    assert found["detail"]["classes"] == {"ours": "2/3"}
    assert found["detail"]["broken"] == {"3": ["text"]}


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="CHROMIUM IS NOT INSTALLED: hostile words were not looked at on pages")
def test_hostile_words_are_looked_at_on_every_page_that_shows_them(tmp_path: Path) -> None:
    script = comment("1", "<img src=x onerror=alert(1)>", text="<img src=x onerror=alert(1)>")
    turned = {**comment("2", "\u202eenemmok", text="\u202eenemmok"), "cls": "turned"}
    found = figure("R7", case(tmp_path, script, turned))
    assert (found["value"], found["ok"], found["detail"]["broken"]) == (0, True, {})
    pages = found["detail"]["pages"]
    assert {"conversation", "queue with pane", "search", "record", "receipt", "evidence", "csv"} <= pages.keys()
    assert min(pages.values()) >= 2


def test_hostile_answers_are_judged_case_by_case(tmp_path: Path) -> None:
    answer = {"cls": "ours", "status": 200, "headers": {"Content-Type": "application/json"}}
    halves = b64encode(b'{"data": [').decode()
    found = figure("R5", case(tmp_path, {**answer, "id": "1", "body_b64": halves, "expect": {"cursor_moves": False}}))
    assert (found["value"], found["goal"], found["ok"]) == (1, 1, True)


def test_every_change_of_the_log_is_found() -> None:
    found = figure("R14")
    assert (found["value"], found["ok"], found["detail"]["missed"]) == (100.0, True, {})


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(AssertionError, match=r"There is no nowhere\.jsonl"):
        figure("R6", Path("/nowhere.jsonl"))


@pytest.mark.skipif(not BESIDE.is_dir(), reason="the hostile sets do not lie in ../shared/hostile")
def test_every_delivery_at_the_door_is_held() -> None:
    assert figure("R8")["ok"]

"""The reference data beside the repository, for tests that compare with what real servers answered."""

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[4] / "shared"
needs_reference = pytest.mark.skipif(not FOLDER.is_dir(), reason="no reference data beside the repository (../shared)")


def read(name: str) -> Any:
    """The JSON of a reference file; None when the folder is absent."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8")) if FOLDER.is_dir() else None


def lines_of(name: str) -> list[dict[str, Any]]:
    """The JSON lines of a reference file; none when the folder is absent."""
    if not FOLDER.is_dir():
        return []
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]

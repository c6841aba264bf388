"""Adopted texts for tests: an invented, damaged one, and the two real ones where the reference data lies beside us."""

from pathlib import Path

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
ABSENT = "../shared/seeds finnes ikke her"

FJELLVIK = """Retningslinjer for nettbruk
i Fjellvik kommune

Ansattes bruk av sosiale medier privat

Vaer tydelig pa hvem du er
2. Tenk deg om. Det er lett & glemme
hvem som leser
3. Taushetsplikten gjelder ogsa her.
Si fra hvis noen kan misforsta
5. Fjellvik svarer selv

Kommunens offisielle kontoer

Servicetorget er ansvarlig for kontoene.

1. Delta.
Svar alle
e Takk for ros
e Svar pa kritikk, og bestem

selv hvor lenge

3. Hold formen
"""


def seed(name: str) -> str:
    """Return a real council's text; FileNotFoundError where the reference data is absent."""
    return (SEEDS / f"{name}.txt").read_text(encoding="utf-8")

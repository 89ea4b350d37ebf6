"""The official samples beside the project; tests that read them skip where they are absent."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[4] / ".." / "shared" / "networks" / "max"
STABS = ROOT / "fixtures" / "client-go" / "stabs"
ABSENT = "reference pack ../shared/networks not found"

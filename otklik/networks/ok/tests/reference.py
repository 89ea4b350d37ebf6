"""The network's pages and recorded answers beside the project; tests that read them skip where they are absent."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[4] / ".." / "shared" / "networks" / "ok"
PAGES = ROOT / "spec" / "apiok-documentation" / "docs" / "method" / "ru"
FIXTURES = ROOT / "fixtures" / "django-discussions"
ABSENT = "reference pack ../shared/networks not found"

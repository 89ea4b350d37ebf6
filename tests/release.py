"""No release without a green `make test-all` of the same product: `python -m tests.release` says what is missing."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "var" / "tests"
PRODUCT = (
    "otklik",
    "sandbox",
    "requirements",
    "setup",
    "deploy",
    "manage.py",
    "package-lock.json",
    "pyproject.toml",
    "docs/api.md",
)
DATABASES = ("sqlite", "postgresql")


def product() -> str:
    """A digest of all that is released, as it lies in the working tree; tests beside the code are not."""
    names = subprocess.run(["git", "ls-files", *PRODUCT], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    digest = hashlib.sha256()
    for name in names.splitlines():
        if "/tests/" not in name and (ROOT / name).is_file():
            digest.update(f"{name}\n".encode() + (ROOT / name).read_bytes())
    return digest.hexdigest()[:16]


def missing(results: Path, wanted: str) -> list[str]:
    """What of the second tier has no green result for this product: a sentence each."""
    faults = []
    for database in DATABASES:
        runs = [
            json.loads(file.read_text(encoding="utf-8")) | {"name": file.stem}
            for file in results.glob(f"all-{database}-*.json")
        ]
        mine = {
            one["name"].rsplit("-", 1)[1] for one in runs if one["green"] and one["whole"] and one["product"] == wanted
        }
        sizes = {int(part.split("of")[1]) for part in mine}
        if not any(mine >= {f"{number}of{size}" for number in range(1, size + 1)} for size in sizes):
            had = ", ".join(sorted(mine)) or "none"
            faults.append(f"{database}: no green `make test-all` of product {wanted}; green parts: {had}")
    return faults


if __name__ == "__main__":
    faults = missing(RESULTS, product())
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    sys.exit(1 if faults else 0)

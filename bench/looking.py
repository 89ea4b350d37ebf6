"""How many calls it takes to look for answers after a restore: `python -m bench.looking [--rows 100] [--network vk]`.

So many citizens write under one post, half of the answers stand there, and the database knows of none. Prints for each
network the calls of the first look for all of them, and how long it took.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from otklik.site.commands.base import known_networks
from tests import template
from tests.sandbox import process

BLIND = ("telegram",)  # no bot may ask what stands there


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m bench.looking", description=__doc__)
    parser.add_argument("--rows", type=int, default=100, help="how many answers are looked for (100)")
    parser.add_argument("--network", choices=known_networks(), help="in this network alone")
    args = parser.parse_args(words)
    if args.network:
        return _one(args.network, args.rows)
    # Each with a database of its own, and Django serves one in a process.
    each = [kind for kind in known_networks() if kind not in BLIND]
    same = [sys.executable, "-m", "bench.looking", "--rows", str(args.rows), "--network"]
    return max(subprocess.run([*same, kind], check=False).returncode for kind in each)  # noqa: S603 our own program


def _one(kind: str, rows: int) -> int:
    with tempfile.TemporaryDirectory(prefix="otklik-looking-") as name, process.running(Path(name)) as sandbox:
        os.environ.pop("DATABASE_URL", None)
        settled = {"OTKLIK_DATA": name, "OTKLIK_EMBEDDINGS": "off", "SANDBOX_PORT": str(sandbox.port)}
        os.environ |= {"DJANGO_SETTINGS_MODULE": "otklik.site.settings", "OTKLIK_LOG_LEVEL": "ERROR", **settled}
        template.copy_to(Path(name) / "otklik.sqlite3")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
        from bench.chaos.towns import allow  # Django is set up by what was settled
        from otklik.publishing.models import Delivery
        from tests.region import People, build_people, joined, listen
        from tests.restored import reads_of_a_look, restored
        from tests.stages import STAGES

        with joined(sandbox):
            allow()
            stage, people = STAGES[kind](sandbox), People(**build_people())
            stage.account(people.agency, people.place)
            listen()
            addresses = restored(stage, people, rows)
            began = time.monotonic()
            reads = reads_of_a_look(sandbox)
        sent_count = Delivery.objects.filter(state=Delivery.State.SENT).count()
        took = time.monotonic() - began
        sys.stdout.write(
            f"{kind:<10} {rows} rows: {reads} calls, {sent_count} of {len(addresses)} found, {took:.1f} s\n"
        )
    return 0 if sent_count == len(addresses) else 1


if __name__ == "__main__":
    sys.exit(main())

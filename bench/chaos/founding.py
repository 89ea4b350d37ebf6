"""The region that an upgrade begins with, built by the modules of the version before, and so by that program."""

import json
import sys
from dataclasses import fields
from pathlib import Path

import django

django.setup()

import httpx  # noqa: E402 as everything below: Django must be set up first
from django.core.management import call_command  # noqa: E402

from bench.chaos import towns  # noqa: E402
from otklik.site.safety import check_fits  # noqa: E402

HERE = ("sandbox", "limits", "forbid")  # what a town has that no line can tell


def build(port: int, state: Path, off: int) -> None:
    """Prints the towns, by network."""
    call_command("migrate", interactive=False, verbosity=0)
    check_fits()
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20)
    region = towns.build(towns.Whole(port, state, Path(), None, client), off)  # type: ignore[arg-type]
    town_fields = {
        network: {one.name: getattr(town, one.name) for one in fields(town) if one.name not in HERE}
        for network, town in region.towns.items()
    }
    sys.stdout.write(json.dumps(town_fields))


if sys.argv[1] == "build":
    build(int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
else:
    towns.listen()

import subprocess
import sys

from otklik.networks.registry import NETWORKS
from otklik.site.commands.base import known_networks

UNDERSTAND = """
import io, sys
from otklik.site import cli
sys.stdin = io.TextIOWrapper(io.BytesIO('{"id": 1, "text": "Яма на дороге"}'.encode()))
assert cli.main(["understand", "--no-embeddings"]) == 0
print({name.partition(".")[0] for name in sys.modules} & {"django", "sklearn", "scipy"}, file=sys.stderr)
"""


def test_the_networks_that_may_be_named_are_those_of_the_registry() -> None:
    assert known_networks() == sorted(NETWORKS)


def test_understanding_waits_for_nothing_that_it_does_not_need() -> None:
    done = subprocess.run([sys.executable, "-c", UNDERSTAND], capture_output=True, text=True, check=True)
    assert '"id": 1' in done.stdout
    assert done.stderr == "set()\n"

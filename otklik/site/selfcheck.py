"""`otklik check`: does each account still work, and what to do where it does not."""

import sys

from otklik.lib.redact import redact
from otklik.networks.access import access_to
from otklik.networks.errors import NetworkError
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS


def check() -> int:
    """Prints a line a right. Exit code 1 when any of them is missing."""
    accounts = list(Account.objects.filter(active=True).prefetch_related("tokens").order_by("network", "title"))
    if not accounts:
        sys.stdout.write("Аккаунтов пока нет.\n")
        return 0
    good = True
    for account in accounts:
        network = NETWORKS[account.network]
        sys.stdout.write(f"{network.title}: {account.title}\n")
        try:
            rights = network.rights(access_to(account))
        except NetworkError as error:
            good = False
            sys.stdout.write(f"  ✗ {redact(str(error))}\n")
            continue
        for right in rights:
            good = good and right.ok
            advice = "" if right.ok else f": {redact(right.advice)}"
            sys.stdout.write(f"  {'✓' if right.ok else '✗'} {right.name}{advice}\n")
    return 0 if good else 1

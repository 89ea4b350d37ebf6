"""`otklik check`: does each account still work, and what to do where it does not."""

import sys
from datetime import timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime

from otklik.lib import clock
from otklik.lib.redact import redact
from otklik.networks.access import access_to
from otklik.networks.base import Access
from otklik.networks.ends import FIELDS, ask_ends, dying
from otklik.networks.errors import NetworkError
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS, key_title


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
            access = access_to(account)
            rights = network.rights(access)
        except NetworkError as error:
            good = False
            sys.stdout.write(f"  ✗ {redact(str(error))}\n")
            continue
        for right in rights:
            good = good and right.ok
            advice = f": {redact(right.advice)}" if right.advice else ""
            sys.stdout.write(f"  {'✓' if right.ok else '✗'} {right.name}{advice}\n")
        _warn(account, access)
    return 0 if good else 1


def _warn(account: Account, access: Access) -> None:
    """The key that dies first, while there is time to get another."""
    now = clock.now()
    ask_ends(account, access, now, timedelta(0))
    for kind, at in dying(account.tokens.values_list(*FIELDS), now).values():
        day = date_format(localtime(at), "j E")
        sys.stdout.write(f"  ! {key_title(kind, account.network)} умрёт {day}: запишите новый до этого дня\n")

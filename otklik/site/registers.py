"""`otklik registers`: every card's rows in both registers made anew, as the nightly round does, but at once."""

import sys

from otklik.feedback.registers.follow import CARDS
from otklik.feedback.registers.keep import recount
from otklik.incidents.models import Incident
from otklik.journal import book


def bring_up() -> int:
    """Prints one line. Exit code 1 when something was wrong: the registers should have followed the journal."""
    last = looked = wrong = 0
    while cards := list(Incident.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CARDS]):
        with book.writing():
            wrong += recount(cards)
        last, looked = cards[-1], looked + len(cards)
    sys.stdout.write(f"Реестры: просмотрено карточек {looked}, исправлено строк {wrong}\n")
    return 1 if wrong else 0

"""A loaded copy in a process of its own: `python -m otklik.site.prove`, with DATABASE_URL leading to it.

It brings the copy up to this program, and asks what only the program can: is the journal's chain whole, do the secrets
open. With a `life` it begins one: what was being done when the copy was made is nobody's any more, and whatever was not
known as sent is looked up first (publishing/restored.py). Safe to repeat. Reads a JSON object, prints one.
"""

import json
import logging
import sys
from contextlib import suppress
from datetime import datetime

import django

django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402 Django must be set up first
from django.apps import apps  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402

from otklik.flow.models import Worker  # noqa: E402
from otklik.journal import book, seals  # noqa: E402
from otklik.journal.models import Entry  # noqa: E402
from otklik.lib import clock  # noqa: E402
from otklik.lib.due import Due  # noqa: E402
from otklik.networks.fetch import stop  # noqa: E402
from otklik.networks.models import Account, Source  # noqa: E402
from otklik.privacy import again  # noqa: E402
from otklik.publishing.models import Delivery, Epoch  # noqa: E402
from otklik.publishing.restored import begin_epoch  # noqa: E402
from otklik.site import anchors, identity, rotate  # noqa: E402

ACTOR, VERB = "machine:restore", "database.restore"
D = Delivery.State


def prove(life: str, *, without_key: bool) -> dict[str, object]:
    """`broken`: the first journal entry that does not fit, None for none; `lost`: whether a secret does not open;
    `looked_first`: deliveries that will be looked up; `forgotten`: rows of people who were forgotten since the copy."""
    call_command("migrate", interactive=False, verbosity=0)
    if without_key:
        _forget_secrets()
    report: dict[str, object] = {"broken": seals.broken_at(), "lost": rotate.is_any_lost()}
    if life and report["broken"] is None and not report["lost"]:
        _begin(life, clock.now(), without_key=without_key)
        report["forgotten"] = again.apply(clock.now()).total()
        report["looked_first"] = Delivery.objects.filter(state__in=(D.QUEUED, D.SENDING, D.UNKNOWN)).count()
    return report


def _begin(life: str, now: datetime, *, without_key: bool) -> None:
    for model in apps.get_models():
        if issubclass(model, Due):
            held = model._default_manager.exclude(lease="")
            held.update(lease="", leased_until=None, claims=0)
    Worker.objects.all().delete()
    identity.keep()  # the copy knows the folder and the keys of where it was made
    # Whoever was shut out since the copy was made would be let in by a session of then.
    Session.objects.all().delete()
    Source.objects.filter(active=True, set_aside_at__isnull=True).update(due_at=now)
    if without_key:
        for account in Account.objects.filter(active=True):
            stop(account, "Ключи доступа не восстановлены вместе с копией: введите их заново.", now)
    with book.turn():
        known = Epoch.objects.filter(words=life).exists()
        epoch = begin_epoch(life, now)
        # On PostgreSQL the epoch came with the load itself; the journal's entry still has to.
        fresh = not known or not _has_epoch_entry(epoch.pk)
        if fresh:
            book.write(at=now, actor=ACTOR, verb=VERB, subject=f"epoch:{epoch.pk}", data={"copy": life})
    if fresh and anchors.are_wanted():
        seals.seal_all(now)  # nobody else writes yet: the seal ends with this entry
        with suppress(*anchors.FAILURES):  # the next night says that the journal is shorter than it was
            anchors.write(life, *seals.head(), now)


def _has_epoch_entry(epoch: int) -> bool:
    return Entry.objects.filter(subject=f"epoch:{epoch}", verb=VERB).exists()


def _forget_secrets() -> None:
    """What no key of ours opens is emptied, so that it can be entered anew."""
    for field in rotate.sealed():
        field.model._default_manager.update(**{field.name: rotate.empty(field)})
    Authenticator.objects.all().delete()


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    asked = json.load(sys.stdin)
    sys.stdout.write(json.dumps(prove(asked["life"], without_key=asked["without_key"])) + "\n")

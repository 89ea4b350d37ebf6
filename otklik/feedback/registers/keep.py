"""Bringing the kept rows of some cards up to date: what is wanted is made anew, and the difference is written."""

from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Q

from otklik.feedback.registers.models import Promise, Unheard
from otklik.feedback.registers.promises import promises_of
from otklik.feedback.registers.unheard import unheard_on
from otklik.incidents.models import Incident

PROMISE = ("incident_id", "given_at", "limit_at", "moves", "fate", "settled_at", "outcome", "why")
UNHEARD = ("message_id", "since", "way")


def recount(cards: Collection[int]) -> int:
    """How many rows were not as they ought to be: missing, too many or different. Inside a transaction.

    The cards that are answered together with one of these are looked at too: its word is theirs.
    """
    ids = set(cards) | set(Incident.objects.filter(answered_with__in=list(cards)).values_list("pk", flat=True))
    return _keep_promises(ids) + _keep_unheard(ids)


def _keep_promises(ids: Collection[int]) -> int:
    wanted = {one.answer_id: one for one in promises_of(ids)}
    kept = {one.answer_id: one for one in Promise.objects.filter(Q(incident__in=ids) | Q(answer__in=list(wanted)))}
    return _settle(Promise, wanted, kept, PROMISE)


def _keep_unheard(ids: Collection[int]) -> int:
    wanted = {(one.incident_id, one.author_id): one for one in unheard_on(ids)}
    kept = {(one.incident_id, one.author_id): one for one in Unheard.objects.filter(incident__in=ids)}
    return _settle(Unheard, wanted, kept, UNHEARD)


def _settle(model: type[models.Model], wanted: dict[Any, Any], kept: dict[Any, Any], columns: Collection[str]) -> int:
    """Write what differs; a row that stays keeps its id, which pages go by."""
    gone = [row.pk for key, row in kept.items() if key not in wanted]
    fresh = [row for key, row in wanted.items() if key not in kept]
    changed = []
    for key, row in wanted.items():
        if key in kept and any(getattr(row, name) != getattr(kept[key], name) for name in columns):
            row.pk = kept[key].pk
            changed.append(row)
    if gone:
        model._default_manager.filter(pk__in=gone).delete()
    if fresh:
        model._default_manager.bulk_create(fresh)
    if changed:
        model._default_manager.bulk_update(changed, columns)
    return len(gone) + len(fresh) + len(changed)

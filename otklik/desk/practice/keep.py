"""Tries: begin one, decide a case, read what was decided."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from otklik.desk.models import Practice
from otklik.desk.practice.cases import Case, Decision, Judged, cases, judge, order
from otklik.people.models import User


def begin(user: User, at: datetime) -> Practice:
    """The try that he has not ended, or a new one."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two clicks begin one try
        running = Practice.objects.filter(user=user, ended_at=None).order_by("pk").first()
        return running or Practice.objects.create(user=user, began_at=at)


def decide(practice: Practice, code: str, decision: Decision, at: datetime) -> bool:
    """False when the case was decided before: the first word counts. With the last case the try ends."""
    with transaction.atomic():
        row = Practice.objects.select_for_update().get(pk=practice.pk)
        if code in row.decided or code not in cases() or row.ended_at is not None:
            return False
        row.decided = row.decided | {
            code: {"noise": decision.noise, "theme": decision.theme, "danger": decision.danger}
        }
        row.ended_at = at if not left(row) else None
        row.save(update_fields=["decided", "ended_at"])
    return True


def left(practice: Practice) -> list[str]:
    """The cases that wait, in the try's own order."""
    return [code for code in order(practice.pk) if code not in practice.decided]


def decision_of(practice: Practice, code: str) -> Decision:
    told: Mapping[str, object] = practice.decided[code]
    return Decision(str(told["noise"]), str(told["theme"]), bool(told["danger"]))


def judged(practice: Practice) -> list[tuple[Case, Decision, Judged]]:
    """What was decided, in the order in which it came; cases that exist no more are left out."""
    known = cases()
    decided = [(known[code], decision_of(practice, code)) for code in order(practice.pk) if code in practice.decided]
    return [(case, decision, judge(case, decision)) for case, decision in decided]

"""The steps of the first start, in order, and which of them have been gone through."""

from datetime import datetime

from otklik.desk.models import StartStep
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.people.models import User

STEPS = ("region", "calendar", "mail", "network")


def gone_through() -> dict[str, bool]:
    """Step → whether it was passed over, of those that are behind."""
    return dict(StartStep.objects.filter(name__in=STEPS).values_list("name", "passed"))


def is_new() -> bool:
    """Whether the region is still before its first message, with steps to go through. At most two queries."""
    return not Incident.objects.exists() and len(gone_through()) < len(STEPS)


def leave(step: str, by: User, at: datetime, *, passed: bool = False) -> None:
    """The step is behind: done, or passed over. What was done once is not undone by passing it over later."""
    with book.writing():
        row, made = StartStep.objects.get_or_create(name=step, defaults={"at": at, "passed": passed})
        if not made:
            if passed or not row.passed:
                return
            StartStep.objects.filter(pk=row.pk).update(at=at, passed=False)
        verb = "start.pass" if passed else "start.step"
        book.write(at=at, actor=f"user:{by.pk}", verb=verb, subject=f"start:{step}")


def after(step: str) -> str:
    """The next one, "" after the last."""
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else ""

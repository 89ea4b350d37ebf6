"""The daily sample of noise: what the machine called noise, shown to a person again, so that the loss is known.

A complaint that is taken for noise is seen by nobody twice. A few of each day's, drawn by chance, tell how many are.
"""

from datetime import datetime, timedelta
from random import Random

from django.db.models import OuterRef, QuerySet, Subquery

from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import hold, record
from otklik.lib.days import begin_of, day_of
from otklik.routing.models import NoiseCheck
from otklik.routing.noise import restore
from otklik.triage.models import Verdict

SIZE = 20


def draw(now: datetime, chance: Random) -> int:
    """Draws the sample of the local day before `now`; how many it has. A day is drawn once: safe to repeat."""
    day = day_of(now) - timedelta(days=1)
    if NoiseCheck.objects.filter(day=day).exists():
        return 0
    began = begin_of(day)
    ended = begin_of(day + timedelta(days=1))
    written = Incident.objects.filter(started_at__gte=began, started_at__lt=ended, noise_check__isnull=True)
    called = list(called_noise(written).order_by("pk").values_list("pk", flat=True))
    drawn = chance.sample(called, min(SIZE, len(called)))
    NoiseCheck.objects.bulk_create(NoiseCheck(incident_id=pk, day=day, drawn_at=now) for pk in drawn)
    return len(drawn)


def called_noise(cards: QuerySet[Incident]) -> QuerySet[Incident]:
    """Those of which the machine's latest word is noise, and which nobody has made anything of: new or dismissed."""
    verdicts = Verdict.objects.filter(message__links__incident=OuterRef("pk"), message__links__main=True).order_by(
        "-pk"
    )
    latest = cards.annotate(reading=Subquery(verdicts.values("kind")[:1]))
    return latest.filter(reading="noise", state__in=(State.NEW, State.NOISE))


def answer(check: NoiseCheck, lost: bool, by: int, at: datetime) -> bool:
    """What a person says of one: it was a complaint (`lost`), and the card goes back into the queue, or noise indeed.

    The first answer counts: False when somebody was faster, and nothing changes. `by` is a user's id.
    """
    with hold(check.incident_id):
        mine = NoiseCheck.objects.filter(pk=check.pk, at__isnull=True)
        if not mine.update(lost=lost, by_id=by, at=at):
            return False
        actor, verb = f"user:{by}", "noise_was_complaint" if lost else "noise_confirmed"
        record(check.incident, verb, at=at, actor=actor, data={"check": check.pk})
        if lost and Incident.objects.filter(pk=check.incident_id, state=State.NOISE).exists():
            restore(check.incident, actor, at)
    return True

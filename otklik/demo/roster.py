"""A roster for the demonstration, with one night of next week that nobody has taken, and one substitution."""

from datetime import datetime, time, timedelta

from otklik.lib.days import day_of, moment_of
from otklik.notify.alerts.models import Duty
from otklik.people.models import Substitution, User

TURNS = ("oper", "oper2")
DAYS, FREE = 10, 5
ABSENT, DEPUTY = "sogl-gorod", "sogl"


def make_roster(now: datetime) -> None:
    """Safe to repeat: a roster that is there stays."""
    if Duty.objects.exists():
        return
    users = User.objects.in_bulk(TURNS, field_name="username")
    first = moment_of(day_of(now), time(9)) - timedelta(days=1)
    for number in range(DAYS):
        start = first + timedelta(days=number)
        end = start + timedelta(hours=12 if number == FREE else 24)
        for place in (1, 2):
            user = users[TURNS[(number + place) % 2]]
            Duty.objects.create(user=user, starts_at=start, ends_at=end, place=place)
    away, deputy = (User.objects.get(username=name) for name in (ABSENT, DEPUTY))
    Substitution.objects.create(
        absent=away, deputy=deputy, since=first, until=first + timedelta(days=DAYS), by=away, made_at=now, agreed_at=now
    )

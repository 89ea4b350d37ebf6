"""Somebody is to know something: a line among his notices, and a letter by each way that he wants and has."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from otklik.alerts import kinds
from otklik.alerts.models import Alert, Letter, Surge, Talk, Wishes
from otklik.alerts.plan import Quiet, leaves_at
from otklik.answers.models import Answer, Statement
from otklik.feedback.models import Rating
from otklik.incidents.models import Incident
from otklik.people.models import User
from otklik.people.substituting import deputies
from otklik.routing.models import Deadline, Inquiry

JOINABLE = {"state": Letter.State.WAITING, "pressing": False, "tries": 0, "set_aside_at": None}


@dataclass(frozen=True, slots=True)
class News:
    """What happened. `entry` is the journal's; `noticed`: the desk has a line of its own for it already. `statement`:
    the answer is one of many that are decided on at once, so one line is enough for all of them."""

    kind: str
    entry: int
    incident: Incident | None = None
    deadline: Deadline | None = None
    answer: Answer | None = None
    rung: int = 0
    noticed: bool = False
    inquiry: Inquiry | None = None
    surge: Surge | None = None
    statement: Statement | None = None
    rating: Rating | None = None


def tell(people: Iterable[int], news: News, now: datetime) -> list[Alert]:
    """The new alerts; none for whoever has this one already. Inside `book.writing()`."""
    asked = list(people)
    # Whoever is away has somebody who stands in for him: that one is told instead.
    instead = deputies(asked, now)
    wanted = list(dict.fromkeys(instead.get(one, one) for one in asked))
    users = User.objects.select_related("wishes", "talk").in_bulk(wanted)
    know = _know_already(news)
    made = []
    for pk in wanted:
        if pk in know:
            continue
        user = users.get(pk)
        if user is None or not user.is_active:
            continue
        alert, fresh = Alert.objects.get_or_create(
            user=user,
            kind=news.kind,
            entry=news.entry,
            rung=news.rung,
            defaults={
                "incident": news.incident,
                "deadline": news.deadline,
                "answer": news.answer,
                "inquiry": news.inquiry,
                "surge": news.surge,
                "rating": news.rating,
                "at": now,
                "desk": kinds.DESK in wishes_for(user, news.kind) and not news.noticed,
            },
        )
        if fresh:
            made.append(alert)
            for channel in sorted(wishes_for(user, news.kind) & ways_of(user)):
                enclose(alert, user, channel, now)
    return made


def _know_already(news: News) -> set[int]:
    """Who has been told of another answer of the statement since somebody decided on it last; or of this reply, or of
    another one on its card that he has not looked at while it waits."""
    if news.rating is not None:
        unseen = Q(seen_at__isnull=True, desk=True, incident=news.incident, rating__waits_since__isnull=False)
        about = Alert.objects.filter(Q(rating=news.rating) | unseen, kind=news.kind)
        return set(about.values_list("user", flat=True))
    if news.statement is None:
        return set()
    since = news.statement.decided_at or news.statement.created_at
    told = Alert.objects.filter(
        kind=news.kind, answer__statement_card__statement=news.statement, at__gte=since
    ).exclude(entry=news.entry)
    return set(told.values_list("user", flat=True))


def wishes_for(user: User, kind: str) -> frozenset[str]:
    """The ways by which this user wants to be told of this kind."""
    wishes: Wishes | None = getattr(user, "wishes", None)
    return kinds.channels(kind, wishes.chosen if wishes else {})


def ways_of(user: User) -> frozenset[str]:
    """The ways by which a letter could reach this user now."""
    talk: Talk | None = getattr(user, "talk", None)
    mail = {kinds.MAIL} if user.email and settings.MAIL_GOES else set()
    bot = {kinds.BOT} if talk and talk.chat and not talk.broken_at and settings.ALERTS_BOT != "off" else set()
    return frozenset(mail | bot)


def enclose(alert: Alert, user: User, channel: str, now: datetime, at_once: bool = False) -> Letter:
    """Put the alert into the letter that waits for this user, or into a new one. Inside `book.writing()`.

    The guarded UPDATE holds the letter's row until the transaction ends: whoever claims it after that reads this alert
    in it, and one that is claimed already is left alone.
    """
    pressing, prompt = alert.kind in kinds.PRESSING or at_once, alert.kind in kinds.PROMPT
    if not (pressing or prompt):
        for letter in Letter.objects.filter(user=user, channel=channel, **JOINABLE):
            if Letter.objects.filter(pk=letter.pk, lease="", **JOINABLE).update(pressing=False):
                letter.alerts.add(alert)
                return letter
    gather = timedelta() if prompt else gathering()
    letter = Letter.objects.create(
        user=user,
        channel=channel,
        pressing=pressing,
        made_at=now,
        due_at=leaves_at(now, pressing, quiet_of(user), gather, ZoneInfo(settings.TIME_ZONE)),
    )
    letter.alerts.add(alert)
    return letter


def quiet_of(user: User) -> Quiet:
    """The user's quiet hours, by the region's wall clock."""
    wishes = getattr(user, "wishes", None) or Wishes(user=user)
    return Quiet(wishes.quiet_from, wishes.quiet_until)


def gathering() -> timedelta:
    return timedelta(minutes=settings.ALERTS_GATHER)

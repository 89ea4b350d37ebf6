"""Somebody is to know something: a line among his notices, and a letter by each way that he wants and has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from otklik.answers.models import Answer, Statement
from otklik.feedback.models import Rating
from otklik.incidents.models import Incident
from otklik.notify.alerts import kinds
from otklik.notify.alerts.models import Alert, Letter, Surge, Talk, Wishes
from otklik.notify.alerts.plan import Quiet, leaves_at
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
    return tell_all([(list(people), news)], now)


def tell_all(addressed_news: Sequence[tuple[Sequence[int], News]], now: datetime) -> list[Alert]:
    """`tell` for many news in their order, with as many statements as for one, and one more for each statement that is
    read at once. A citizen's reply is told of by itself, since it depends on what was told before."""
    pieces: list[list[tuple[Sequence[int], News]]] = []
    for one in addressed_news:
        if not pieces or one[1].rating is not None or pieces[-1][0][1].rating is not None:
            pieces.append([])
        pieces[-1].append(one)
    return [alert for piece in pieces for alert in _tell_piece(piece, now)]


def _tell_piece(addressed_news: Sequence[tuple[Sequence[int], News]], now: datetime) -> list[Alert]:
    asked = {one for people, _news in addressed_news for one in people}
    if not asked:
        return []
    # Whoever is away has somebody who stands in for him: that one is told instead.
    instead = deputies(asked, now)
    users = User.objects.select_related("wishes", "talk").in_bulk({instead.get(one, one) for one in asked})
    had = set(Alert.objects.filter(entry__in={news.entry for _people, news in addressed_news}).values_list(*_KEY))
    know: dict[tuple[str, int], set[tuple[int, int]]] = {}
    made: list[Alert] = []
    for people, news in addressed_news:
        others = _know_already(news, know)
        for pk in dict.fromkeys(instead.get(one, one) for one in people):
            user, key = users.get(pk), (pk, news.kind, news.entry, news.rung)
            knows = key in had or any(one == pk and entry != news.entry for one, entry in others)
            if user is None or not user.is_active or knows:
                continue
            had.add(key)
            others.add((pk, news.entry))
            made.append(_alert(user, news, now))
    Alert.objects.bulk_create(made)
    ways = [
        (alert, users[alert.user_id], channel)
        for alert in made
        for channel in sorted(wishes_for(users[alert.user_id], alert.kind) & ways_of(users[alert.user_id]))
    ]
    enclose_all(ways, now)
    return made


_KEY = ("user", "kind", "entry", "rung")


def _alert(user: User, news: News, now: datetime) -> Alert:
    return Alert(
        user=user,
        kind=news.kind,
        entry=news.entry,
        rung=news.rung,
        incident=news.incident,
        deadline=news.deadline,
        answer=news.answer,
        inquiry=news.inquiry,
        surge=news.surge,
        rating=news.rating,
        at=now,
        desk=kinds.DESK in wishes_for(user, news.kind) and not news.noticed,
    )


def _know_already(news: News, know: dict[tuple[str, int], set[tuple[int, int]]]) -> set[tuple[int, int]]:
    """(user, entry) of whoever has been told of another answer of the statement since somebody decided on it last; or
    of this reply, or of another one on its card that he has not looked at while it waits. `know` is what was asked."""
    if news.rating is not None:
        unseen = Q(seen_at__isnull=True, desk=True, incident=news.incident, rating__waits_since__isnull=False)
        about = Alert.objects.filter(Q(rating=news.rating) | unseen, kind=news.kind)
        return {(user, 0) for user in about.values_list("user", flat=True)}
    if news.statement is None:
        return set()
    key = (news.kind, news.statement.pk)
    if key not in know:
        since = news.statement.decided_at or news.statement.created_at
        about = Alert.objects.filter(kind=news.kind, answer__statement_card__statement=news.statement, at__gte=since)
        know[key] = set(about.values_list("user", "entry"))
    return know[key]


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


def enclose_all(deliveries: Sequence[tuple[Alert, User, str]], now: datetime, at_once: bool = False) -> None:
    """Put each alert into the letter that waits for this user by this way, or into a new one. Inside `book.writing()`.
    Four statements for any number.

    The letter's row is locked until the transaction ends: whoever claims it after that reads this alert in it, and one
    that is claimed already is left alone.
    """
    if not deliveries:
        return
    waiting: dict[tuple[int, str], Letter] = {}
    if any(_joins(alert, at_once) for alert, _user, _channel in deliveries):
        mine = Letter.objects.filter(user__in={user.pk for _alert, user, _channel in deliveries}, lease="", **JOINABLE)
        for letter in mine.order_by("pk").select_for_update(no_key=True):
            waiting.setdefault((letter.user_id, letter.channel), letter)
    fresh: list[Letter] = []
    pairs: list[tuple[Letter, Alert]] = []
    for alert, user, channel in deliveries:
        place = waiting.get((user.pk, channel)) if _joins(alert, at_once) else None
        if place is None:
            place = _letter(alert, user, channel, now, at_once)
            fresh.append(place)
            if not place.pressing:
                waiting.setdefault((user.pk, channel), place)
        pairs.append((place, alert))
    Letter.objects.bulk_create(fresh)
    Letter.alerts.through.objects.bulk_create(
        Letter.alerts.through(letter_id=letter.pk, alert_id=alert.pk) for letter, alert in pairs
    )


def _joins(alert: Alert, at_once: bool) -> bool:
    return not at_once and alert.kind not in kinds.PRESSING and alert.kind not in kinds.PROMPT


def _letter(alert: Alert, user: User, channel: str, now: datetime, at_once: bool) -> Letter:
    pressing = alert.kind in kinds.PRESSING or at_once
    gather = timedelta() if alert.kind in kinds.PROMPT else gathering()
    return Letter(
        user=user,
        channel=channel,
        pressing=pressing,
        made_at=now,
        due_at=leaves_at(now, pressing, quiet_of(user), gather, ZoneInfo(settings.TIME_ZONE)),
    )


def quiet_of(user: User) -> Quiet:
    """The user's quiet hours, by the region's wall clock."""
    wishes = getattr(user, "wishes", None) or Wishes(user=user)
    return Quiet(wishes.quiet_from, wishes.quiet_until)


def gathering() -> timedelta:
    return timedelta(minutes=settings.ALERTS_GATHER)

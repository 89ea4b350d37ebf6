"""What is measured: pages as people open them, each with many different cards, words and filters in turn."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle
from random import Random
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Count, Max
from django.test import Client

from otklik.desk.operator.queue.filters import TABS, key_of
from otklik.finding import store
from otklik.finding.card_texts import texts_of
from otklik.finding.words import keys
from otklik.inbox.models import Message
from otklik.incidents.models import Incident, State
from otklik.lib.text import fold
from otklik.people.models import Agency, User

FRAGMENT = {"X-Fragment": "1"}
RARE = "трёхгранник"


@dataclass(frozen=True, slots=True)
class Page:
    """One line of the table. `target`: the promise is about it. `status` is what it must answer."""

    title: str
    user: User
    addresses: Iterator[str]
    target: bool = False
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def plant() -> list[Incident]:
    """A few cards whose words and links are their own, as in life: copies share those of their originals."""
    rng = Random(5)  # noqa: S311 a seeded generator, not cryptography
    last = Incident.objects.aggregate(last=Max("pk"))["last"]
    cards = list(Incident.objects.filter(pk__in=[rng.randint(1, last) for _ in range(40)]))
    with transaction.atomic():
        for number, card in enumerate(cards):
            message = Message.objects.filter(links__incident=card, links__main=True)
            text = f"{message.get().text} {RARE if number < 5 else ''}"
            own = f"wall-1_{90_000_000 + card.pk}?reply={90_000_001 + card.pk}"
            message.update(text=text, folded=fold(text), external_id=own, url=f"https://vk.com/{own}")
        texts_by_card = texts_of([card.pk for card in cards])
        store.put({pk: keys(one.whole()) | one.links for pk, one in texts_by_card.items()})
    return cards


def pages(now: datetime, planted: Sequence[Incident]) -> Iterator[Page]:
    """Everything in the table, in its order."""
    people = {user.username: user for user in User.objects.filter(username__in=("oper", "sogl", "glava"))}
    operator = people["oper"]
    yield from _queue(operator, now)
    yield from _cards(operator)
    yield from _search(operator, planted)
    yield Page("agency: the busiest", _executor(), cycle(["/agency/"]), target=True)
    yield Page("approvals", people["sogl"], cycle(["/approvals/"]))
    for who, user in (("operator", operator), ("executor", _executor())):
        yield Page(f"rail: the numbers of an {who}", user, cycle(["/rail/"]), headers=FRAGMENT, target=True)
    yield Page("statistics (no target)", people["glava"], cycle(["/statistics/"]))
    for ending in ("pdf", "docx", "xlsx"):
        month = f"/reports/file/?cycle=monthly&day={now.date()}&ending={ending}"
        yield Page(f"report: this month as {ending} (no target)", people["glava"], cycle([month]))


def _queue(user: User, now: datetime) -> Iterator[Page]:
    for key in TABS:
        yield Page(f"queue: {key}", user, cycle([f"/queue/?tab={key}"]), target=True)
    themes, places = _common("theme__group"), _common("place")
    agencies = [pk for pk in _common("agency") if Agency.objects.filter(pk=pk, parent=None).exists()]
    for title, tab, choices in (
        ("theme group", "new", [{"group": pk} for pk in themes]),
        ("theme group", "done", [{"group": pk} for pk in themes]),
        ("place", "new", [{"place": pk} for pk in places]),
        ("place", "done", [{"place": pk} for pk in places]),
        ("agency", "work", [{"agency": pk} for pk in agencies]),
        ("agency", "done", [{"agency": pk} for pk in agencies]),
        ("overdue", "new", [{"overdue": 1}]),
        ("overdue", "work", [{"overdue": 1}]),
        ("network, overdue, place", "new", [{"network": "vk", "overdue": 1, "place": pk} for pk in places]),
        ("mine", "new", [{"mine": 1}]),
        ("words", "done", [{"q": word} for word in ("мусор", "фонарь не горит", "отопление")]),
        ("a rare word", "done", [{"q": RARE}]),
    ):
        asked = cycle([f"/queue/?{urlencode({'tab': tab, **choice})}" for choice in choices])
        yield Page(f"queue: {tab}, by {title}", user, asked, target=True)
    for key in ("new", "work", "done", "noise"):
        yield Page(f"queue: {key}, a deep page", user, cycle(_deep(key)), target=True)
    newest = Incident.objects.aggregate(last=Max("revision"))["last"]
    nothing, some = f"/queue/changes/?after={newest}", f"/queue/changes/?after={newest - 40}&shown=1,2,3"
    first = Client()
    first.force_login(user)
    for key in ("new", "done"):
        shown = ",".join(
            re.findall(r'<li class="row" data-id="(\d+)"', first.get(f"/queue/?tab={key}").content.decode())
        )
        rest = f"/queue/changes/?tab={key}&after={newest}&fill=1&shown={shown}"
        yield Page(f"queue: {key}, the rest of the page", user, cycle([rest]), target=True, headers=FRAGMENT)
    yield Page("queue: changes, none", user, cycle([nothing]), target=True, status=204, headers=FRAGMENT)
    yield Page("queue: changes, four cards", user, cycle([some]), target=True, headers=FRAGMENT)


def _common(column: str) -> list[int]:
    """The three most common values, and three others."""
    rows = Incident.objects.filter(**{f"{column}__isnull": False}).values(column).annotate(n=Count("pk"))
    ordered = [row[column] for row in rows.order_by("-n")]
    return [*ordered[:3], *ordered[len(ordered) // 2 :][:3]]


def _deep(key: str) -> list[str]:
    """Pages that begin in the midst of the tab."""
    tab = TABS[key]
    states = [state.value for state in tab.states]
    cards = Incident.objects.filter(state__in=states)
    last = Incident.objects.aggregate(last=Max("pk"))["last"]
    first_cards = [cards.filter(pk__gte=last * share // 10).order_by("pk").first() for share in range(1, 10)]
    keys_ = [key_of(tab, card.priority, card.started_at, card.pk) for card in first_cards if card]
    return [f"/queue/?tab={key}&start={one}" for one in keys_]


def _cards(user: User) -> Iterator[Page]:
    for title, states in (
        ("new", (State.NEW,)),
        ("in work", (State.ASSIGNED, State.IN_WORK)),
        ("done", (State.DONE,)),
    ):
        yield Page(f"card: {title}", user, _each("/incidents/{}/", states), target=True)
    any_state = (State.NEW, State.DONE, State.NOISE, State.IN_WORK)
    live = "/incidents/{0}/live/?revision=999999999999&answer="
    yield Page("card: has it changed", user, _each(live, (State.NEW,)), headers=FRAGMENT, target=True, status=200)
    yield Page("card: thread", user, _each("/incidents/{}/thread/", any_state), headers=FRAGMENT, target=True)
    yield Page("card: notes and journal", user, _each("/incidents/{}/talk/", any_state), headers=FRAGMENT, target=True)


def _each(address: str, states: Sequence[State]) -> Iterator[str]:
    last = Incident.objects.aggregate(last=Max("pk"))["last"]
    rng = Random(7)  # noqa: S311
    while True:
        card = Incident.objects.filter(state__in=states, pk__gte=rng.randint(1, last)).order_by("pk").first()
        if card:
            yield address.format(card.pk)


def _search(user: User, planted: Sequence[Incident]) -> Iterator[Page]:
    def asked(*words: str) -> Iterator[str]:
        return cycle([f"/find/?{urlencode({'q': one})}" for one in words])

    messages = [_main(card) for card in planted[5:25]]
    names = [message.author.name for message in messages if " " in message.author.name]
    streets = [f"{card.street} {card.house}" for card in planted if card.street and card.house]
    for title, addresses in (
        ("a rare word", asked(RARE)),
        ("a common word", asked("вода", "дорога", "мусор")),
        ("two common words", asked("нет воды", "яма дорога", "мусор двор")),
        ("words that never meet", asked(f"{RARE} дорога", "отопление снег яма")),
        ("an address", asked(*(streets or ["Красная 5"]))),
        ("a number", asked(*(str(card.number) for card in planted))),
        ("an author's name", asked(*names)),
        ("a pasted link", asked(*(message.url for message in messages))),
        ("the beginning of a word", asked("отопл", "мусо", "доро")),
        ("what is nowhere", asked("абырвалгович")),
        ("a slip", asked("вывоз мусара", "атопление", "нет вады")),
    ):
        status = 302 if title == "a pasted link" else 200
        yield Page(f"find: {title}", user, addresses, target=True, status=status)


def _main(card: Incident) -> Message:
    return Message.objects.select_related("author").get(links__incident=card, links__main=True)


def _executor() -> User:
    """Somebody of the agency with the most open cards."""
    open_cards = Incident.objects.filter(state__in=(State.ASSIGNED, State.IN_WORK))
    busiest = open_cards.values("agency").annotate(n=Count("pk")).order_by("-n").first()
    users = User.objects.filter(grants__agency=busiest["agency"] if busiest else None, grants__role="executor")
    return users.order_by("pk")[0]

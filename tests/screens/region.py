"""A region with everything that the screens show, and who and what their addresses name in it: a demonstration, or a
small town in a test. What neither has yet stands in things.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext

from otklik.desk.tour import mark_seen
from otklik.incidents.models import Incident, State
from otklik.lib import clock
from otklik.people.models import Role, User
from otklik.routing.assign import give_back
from otklik.routing.noise import dismiss
from tests.make.people import person, signed_in
from tests.make.town import Town, make_town
from tests.screens.screen import WIDTHS
from tests.screens.things import leave_things

IN_DEMO = {"operator": "oper", "colleague": "oper2", "curator": "curator", "approver": "sogl", "head": "glava"}
IN_DEMO |= {"auditor": "audit", "admin": "admin"}


@dataclass(frozen=True, slots=True)
class FullRegion:
    """`ids` fills in addresses; `people` are users by what they do here."""

    ids: Mapping[str, object]
    people: Mapping[str, User]

    def window(self, browser: Browser, address: str, who: str) -> BrowserContext:
        """A browser of whoever it is, wide and in Russian, with the policy off so that axe may be put into pages."""
        width, height = WIDTHS["wide"]
        russian: dict[str, Any] = {"locale": "ru-RU", "timezone_id": "Europe/Moscow"}
        context = browser.new_context(viewport={"width": width, "height": height}, bypass_csp=True, **russian)
        if who:
            session = signed_in(self.people[who]).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
        context.set_default_timeout(30_000)
        return context


def of_demo() -> FullRegion:
    """A demonstration that stands in this process's database; each region can be filled once."""
    cards = {state: _shown_card(state) for state in State.values}
    people = {role: User.objects.get(username=name) for role, name in IN_DEMO.items()}
    executors = User.objects.filter(grants__role=Role.EXECUTOR, grants__agency=cards["in_work"].agency)
    return _filled(cards, people | {"executor": executors.order_by("pk")[0]})


def of_town(town: Town | None = None) -> FullRegion:
    """A small town on the test's database, with a card in every state."""
    town = town or make_town()
    now = clock.now()
    cards = {"new": town.card(), "noise": town.card("Продам гараж"), "assigned": town.assigned()}
    for number in range(9):
        town.card(f"На улице Мира, {number} яма глубиной по колено, вода стоит")
    dismiss(cards["noise"], f"user:{town.operator.pk}", now, "spam")
    cards["in_work"] = town.drafted().incident
    closing = {"outcome": "solved", "close_reason": "silence", "closed_at": now}
    for state in ("clarifying", "postponed", "done"):
        cards[state] = town.published()
        Incident.objects.filter(pk=cards[state].pk).update(state=state, **(closing if state == "done" else {}))
    cards["approval"] = town.submitted().incident
    cards["publishing"] = town.approved().answer.incident
    cards["rating"] = town.replied()
    give_back(town.assigned("Не горит фонарь"), town.executor, now, "not_ours", "Это не наш участок")
    names = ("operator", "colleague", "executor", "approver", "head", "auditor", "admin")
    people = {name: getattr(town, name) for name in names}
    return _filled(cards, people | {"curator": person("region-curator", Role.CURATOR)})


def _shown_card(state: str) -> Incident:
    """The youngest card of this state that an agency answers, a rated one before others, or else the oldest of all."""
    cards = Incident.objects.filter(state=state).order_by("pk")
    with_agency = cards.filter(agency__isnull=False).order_by("-pk")
    rated = with_agency.filter(ratings__isnull=False).order_by("-ratings__pk")
    return (rated.first() if state == State.RATING else None) or with_agency.first() or cards[0]


def _filled(cards: Mapping[str, Incident], people: Mapping[str, User]) -> FullRegion:
    ids, more = leave_things(cards, people)
    everybody = {**people, **more}
    for name in everybody.keys() - {"colleague"}:  # whose screen is the tour
        mark_seen(everybody[name])
    return FullRegion({state: card.pk for state, card in cards.items()} | ids, everybody)

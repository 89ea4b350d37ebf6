"""Who stands before the pages and what the addresses of tests/sights.py name: of a demo, or of a small town in a test.

What a fresh region does not have yet stands in furniture.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from otklik.incidents.models import Incident, State
from otklik.lib import clock
from otklik.people.models import Role, User
from otklik.routing.assign import give_back
from otklik.routing.noise import dismiss
from tests.furniture import furnish, somebody
from tests.make.town import Town, make_town
from tests.sight import WIDTHS, quiet_tour
from tests.sights_desk import STATES

DEMO = {
    "operator": "oper",
    "colleague": "oper2",
    "curator": "curator",
    "approver": "sogl",
    "head": "glava",
    "auditor": "audit",
    "admin": "admin",
}


@dataclass(frozen=True, slots=True)
class World:
    """`ids` fills in addresses; `people` are users by what they do here."""

    ids: Mapping[str, object]
    people: Mapping[str, User]

    def window(self, browser: Browser, address: str, who: str) -> BrowserContext:
        """A browser of whoever it is, wide and in Russian, with the policy off so that axe may be put into pages."""
        width, height = WIDTHS["wide"]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            bypass_csp=True,
        )
        if who:
            user = self.people[who]
            client = Client()
            client.force_login(user)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
            context.add_init_script(f"if (!globalThis.name) {{ globalThis.name = 'seen'; {quiet_tour(user.pk)} }}")
        context.set_default_timeout(30_000)
        return context

    def page(self, browser: Browser, address: str, who: str) -> Page:
        """A page in a window of its own."""
        return self.window(browser, address, who).new_page()


def of_demo() -> World:
    """Of a demonstration region that stands in this process's database."""
    cards = {state: _first(state) for state in STATES}
    executor = _who_answers(cards["in_work"])
    people = {role: User.objects.get(username=name) for role, name in DEMO.items()} | {"executor": executor}
    return _world(cards, people)


def of_town(town: Town | None = None) -> World:
    """Of a small town on the test's database, with a card in every state."""
    town = town or make_town()
    curator = somebody("region-curator", Role.CURATOR)
    now = clock.now()
    cards = {"new": town.card(), "noise": town.card("Продам гараж"), "assigned": town.assigned()}
    for number in range(9):
        town.card(f"На улице Мира, {number} яма глубиной по колено, вода стоит")
    dismiss(cards["noise"], f"user:{town.operator.pk}", now, "spam")
    cards["in_work"] = town.drafted().incident
    cards["clarifying"], cards["postponed"], cards["done"] = (town.published() for _state in range(3))
    Incident.objects.filter(pk=cards["clarifying"].pk).update(state=State.CLARIFYING)
    Incident.objects.filter(pk=cards["postponed"].pk).update(state=State.POSTPONED)
    Incident.objects.filter(pk=cards["done"].pk).update(
        state=State.DONE, outcome="solved", close_reason="silence", closed_at=now
    )
    cards["approval"] = town.submitted().incident
    cards["publishing"] = town.approved().answer.incident
    cards["rating"] = town.replied()
    give_back(town.assigned("Не горит фонарь"), town.executor, now, "not_ours", "Это не наш участок")
    people = {
        "operator": town.operator,
        "colleague": town.colleague,
        "executor": town.executor,
        "approver": town.approver,
        "head": town.head,
        "curator": curator,
        "auditor": town.auditor,
        "admin": town.admin,
    }
    return _world(cards, people)


def _first(state: str) -> Incident:
    """The card of this state to look at: the youngest that an agency answers, or else the oldest."""
    found = Incident.objects.filter(state=state).order_by("pk")
    with_agency = found.filter(agency__isnull=False).order_by("-pk")
    if state == State.RATING:
        with_agency = with_agency.filter(ratings__isnull=False) | with_agency
        return with_agency.order_by("-ratings__pk").distinct().first() or found[0]
    return with_agency.first() or found[0]


def _who_answers(card: Incident) -> User:
    return User.objects.filter(grants__role=Role.EXECUTOR, grants__agency=card.agency).order_by("pk")[0]


def _world(cards: Mapping[str, Incident], people: Mapping[str, User]) -> World:
    ids, more = furnish(cards, people)
    return World({state: card.pk for state, card in cards.items()} | ids, {**people, **more})

"""Who stands before the pages and what the addresses of tests/sights.py name: of a demo, or of a small town in a test.

What a fresh region does not have yet (a selection, a shift handed over, an invited colleague) is made here by the
product's own verbs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from otklik.desk.models import Handover, Notice, Selection
from otklik.desk.tests.card_data import Town, make_town
from otklik.desk.together import handover
from otklik.desk.together.notices import tell
from otklik.desk.together.shift import shift_of
from otklik.feedback.models import Survey
from otklik.incidents.models import Incident, Note, State
from otklik.lib import clock
from otklik.people import accounts, invitations
from otklik.people.models import Agency, Grant, Role, User
from otklik.routing.assign import give_back
from otklik.routing.models import Rule
from otklik.routing.noise import dismiss
from tests.sights import STATES, WIDTHS, quiet_tour

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

    def page(self, browser: Browser, address: str, who: str) -> Page:
        """A new wide page of whoever it is, in Russian, with the policy off so that axe may be put into it."""
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
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page


def of_demo() -> World:
    """Of a demonstration region that stands in this process's database."""
    cards = {state: _first(state) for state in STATES}
    executor = _who_answers(cards["in_work"])
    people = {role: User.objects.get(username=name) for role, name in DEMO.items()} | {"executor": executor}
    return _furnished(cards, people)


def of_town(town: Town | None = None) -> World:
    """Of a small town on the test's database, with a card in every state."""
    town = town or make_town()
    head, curator = _user("head", Role.HEAD), _user("curator", Role.CURATOR)
    now = clock.now()
    cards = {"new": town.card(), "noise": town.card("Продам гараж"), "assigned": town.assigned()}
    for number in range(3):
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
        "head": head,
        "curator": curator,
        "auditor": town.auditor,
        "admin": town.admin,
    }
    return _furnished(cards, people)


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


def _user(name: str, role: str = "") -> User:
    made, fresh = User.objects.get_or_create(
        username=name, defaults={"first_name": "Нина", "last_name": "Новикова", "patronymic": "Сергеевна"}
    )
    if fresh and role:
        Grant.objects.create(user=made, role=role)
    return made


def _furnished(cards: Mapping[str, Incident], people: Mapping[str, User]) -> World:
    """With what people leave behind: notes, notices, selections, a shift, somebody invited. Safe to repeat."""
    now, operator, colleague = clock.now(), people["operator"], people["colleague"]
    card = cards["in_work"]
    if not Selection.objects.filter(user=operator).exists():
        for title, query, shared in (("Вода", "q=вода", True), ("Просрочено", "tab=work&overdue=1", False)):
            Selection.objects.create(user=operator, title=title, query=query, shared=shared)
        note = Note.objects.create(
            incident=card,
            author=colleague,
            text=f"@{operator.last_name}, звонил начальник участка: завтра к обеду.",
            at=now,
        )
        tell([operator], Notice.Kind.MENTION, by=colleague, at=now - timedelta(hours=2), incident=card, note=note)
        tell([operator], Notice.Kind.GIVEN, by=people["curator"], at=now, incident=cards["new"])
        Incident.objects.filter(pk__in=[cards["new"].pk, cards["postponed"].pk]).update(taken_by=operator)
        held = shift_of(operator, now)
        handover.offer(operator, colleague, held, "Первая карточка срочная: звонили дважды.", now)
        Incident.objects.filter(pk=cards["new"].pk).update(taken_by=None)
    invited = User.objects.filter(username="ivanova").first() or accounts.invite(
        "ivanova", accounts.Name("Иванова", "Анна"), accounts.Reach(Role.OPERATOR), people["admin"], now
    )
    idle, _fresh = Agency.objects.get_or_create(code="idle", defaults={"name": "Служба отлова", "short_name": "Отлов"})
    ids = {state: found.pk for state, found in cards.items()} | {
        "handover": Handover.objects.filter(taker=colleague).latest("pk").pk,
        "person": people["executor"].pk,
        "agency": card.agency_id,
        "idle": idle.pk,
        "rule": Rule.objects.earliest("pk").pk,
        "invited": invited.pk,
        "token": invitations.token_for(invited),
        "survey": Survey.objects.filter(incident=cards["rating"]).latest("pk").key,
    }
    return World(ids, dict(people) | {"nobody": _user("nobody")})

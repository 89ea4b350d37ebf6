"""How much pages ask of the database, however much there is; and long lists go on without gaps or repeats."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.answers.acts import keep, paper_of
from otklik.answers.models import Answer, ApprovalPolicy, Template
from otklik.desk.admin.hooks import SHOWN
from otklik.desk.operator.shift import handover
from otklik.desk.operator.shift.shift import shift_of
from otklik.desk.tests.pages import FRAGMENT, at_most, reread, settling
from otklik.finding.tests.finding_data import take_in
from otklik.flow.steps import FLOW
from otklik.incidents.models import Incident
from otklik.incidents.taking import take_up
from otklik.incidents.workflow import record
from otklik.journal import book, looks
from otklik.journal.models import Entry, Look
from otklik.lib import clock
from otklik.networks.models import Account
from otklik.notify.hooks.models import Call, Subscription
from otklik.people.models import Grant, MadeRole, Role, User
from otklik.routing.models import NoiseCheck, Norm, Rule
from otklik.themes import keeping
from otklik.themes.models import Theme
from otklik.triage.models import TrainedModel
from tests.make import inbox, people
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
MANY = 60

# «Управление», as the region's administrator: two queries of each are the session and its user with his grants.
MANAGED = (
    *((f"/admin/{page}/", 10) for page in ("agencies", "calendars", "hooks", "learned", "rules", "templates")),
    *((f"/admin/classifier/{asked}", 10) for asked in ("", "?group={group}", "?q=слово", "?state=now")),
    *((f"/admin/classifier/{page}", 10) for page in ("{theme}/", "{theme}/retirement/", "agreement/")),
    *((f"/admin/{page}/", 10) for page in ("agencies/{agency}", "people/{worker}", "hooks/{hook}", "privacy")),
    ("/admin/hooks/{hook}/calls/", 10),
    ("/admin/journal/?who=operator&card={card}&since={today}&until={today}", 10),
    ("/admin/accounts/{account}/", 12),
    ("/admin/roles/", 7),
)
# A list that goes on: its address, its most queries a page, its rows, the key of a row, and whose rows they are.
LISTS: tuple[tuple[str, int, str, Callable[[Any], int], type[Model]], ...] = (
    ("/admin/accounts/", 12, "rows", lambda row: int(row.account.pk), Account),
    ("/admin/policies/", 10, "policies", lambda row: int(row.pk), ApprovalPolicy),
    ("/admin/journal/", 10, "lines", lambda row: int(row.pk), Entry),
    ("/admin/journal/looks/", 8, "lines", lambda row: int(row.incident), Look),
    ("/admin/people/", 10, "people", lambda row: int(row[0].pk), User),
)


def fetch(client: Client, address: str, **headers: str) -> tuple[Any, int]:
    """The page, and how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address, headers=headers)
    assert answer.status_code == 200, address
    return answer, len(queries)


def assert_within(client: Client, pages: dict[str, int] | Iterator[tuple[str, int]]) -> None:
    took = [(address, most, fetch(client, address)[1]) for address, most in dict(pages).items()]
    assert [(address, queries) for address, most, queries in took if queries > most] == []


@pytest.fixture
def crowd(town: Town) -> dict[str, object]:
    """Much of everything that an administrator keeps, and the ids that his addresses name."""
    now, today = timezone.now(), timezone.localdate()
    worker, group = town.executor, town.pipe.group
    several = people.several({f"u{number:03}": f"Абрамов{number:03}" for number in range(130)})
    Grant.objects.bulk_create(Grant(user=user, role=Role.OPERATOR) for user in several)
    voices = [inbox.account(external_id=str(number)) for number in range(100, 100 + MANY)]
    for voice in voices:
        inbox.source(voice)
    for number in range(MANY):
        people.agency(f"Н{number}", parent=town.pumps)
        ApprovalPolicy.objects.create(theme=town.pipe, steps=2, note=str(number))
        Template.objects.create(title=f"Шаблон {number}", text="Т", theme=town.pipe, agency=town.pumps)
        Rule.objects.create(agency=town.pumps, theme=town.pipe, since=f"2026-01-{number % 28 + 1:02}")
        TrainedModel.objects.create(
            state="rejected" if number else "active", made_at=now - timedelta(days=90 - number), made_by="machine"
        )
    Theme.objects.bulk_create(
        Theme(group=group, code=f"homes.t{number}", name=f"Тема {number}", keywords=["слово"]) for number in range(320)
    )
    Norm.objects.bulk_create(
        Norm(clock="first_answer", theme=theme, minutes=90) for theme in Theme.objects.filter(group=group)[:30]
    )
    hooks = [
        Subscription.objects.create(name=f"П{number}", address="https://x.example.ru/", secret="s", kinds=[])
        for number in range(6)
    ]
    Call.objects.bulk_create(
        Call(uid=uuid4(), subscription=hooks[0], entry=number, kind="card.new", body="{}", made_at=now, until=now)
        for number in range(SHOWN + 20)
    )
    for number in range(12):
        role = MadeRole.objects.create(name=f"Роль {number}", base="operator", permissions=["answer"], made_at=now)
        Grant.objects.create(user=several[number], role=role.base, made=role)
    for _card in range(5):
        card = town.executing(worker)
    for number in range(120):
        with book.turn():
            record(card, "note", at=now, actor=f"user:{town.admin.pk if number % 2 else town.operator.pk}")
    for number in range(1, 151):
        looks.note(town.operator.pk, card.pk + number, now)
    return {
        "group": group.pk,
        "theme": town.pipe.pk,
        "agency": town.pumps.pk,
        "worker": worker.pk,
        "card": card.number,
        "hook": hooks[0].pk,
        "account": voices[-1].pk,
        "today": today,
    }


def test_an_administrators_pages_ask_no_more_for_more(town: Town, admin: Client, crowd: dict[str, object]) -> None:
    assert_within(admin, ((address.format(**crowd), most) for address, most in MANAGED))
    for address, words in (
        *(("agencies/", "Н59"), ("calendars/", "1 ч 30 мин"), ("classifier/?q=слово", "Показаны первые 300")),
        *(("people/{worker}/", "открытых карточек 5"), ("templates/", "Показать ещё"), ("rules/", "Показать ещё")),
        ("learned/", f"модель № {TrainedModel.objects.get(state='active').pk},"),
    ):
        assert words in admin.get("/admin/" + address.format(**crowd)).content.decode(), address
    assert admin.get(f"/admin/hooks/{crowd['hook']}/calls/").content.decode().count("<details>") == SHOWN
    pipe = {"name": "Иначе", "kind": town.pipe.kind, "severity": "4", "keywords": "", "seen": keeping.seen(town.pipe)}
    with at_most(10):
        assert admin.post(f"/admin/classifier/{town.pipe.pk}/", pipe).status_code == 200
    for start, most, name, key_of, model in LISTS:
        query, keys = "", list[int]()
        for _page in range(9):
            page, queries = fetch(admin, start + query)
            assert queries <= most, start
            keys += map(key_of, page.context[name])
            query = page.context["next"]
            if not query:
                break
            query = "?" + query.removeprefix("?")
        assert len(keys) == len(set(keys)) == model._default_manager.count(), start
        if model in (Entry, Look):
            assert keys == sorted(keys, reverse=True), start


@pytest.mark.parametrize("state", ["card", "assigned", "drafted", "submitted", "approved", "published", "replied"])
def test_a_card_asks_at_most_ten_times_in_every_state(town: Town, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    getattr(town, state)()
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    client, page = signed_in(town.admin), f"/incidents/{Incident.objects.get().pk}/"
    client.get(page)  # that he looks is written down once a quarter of an hour, which is no question
    assert fetch(client, page)[1] <= 10
    for part in ("thread", "talk", "decision", "live"):
        with at_most(10):
            client.get(f"{page}{part}/", headers=FRAGMENT)


def test_the_presses_from_a_new_card_to_an_approved_answer_ask_little(town: Town) -> None:
    """Each with the savepoint that a transaction is inside of a test; of submission there are two."""
    card = town.card()
    page = f"/incidents/{card.pk}"
    for who in (town.operator, town.executor, town.approver):
        looks.note(who.pk, card.pk, clock.now())  # this is said once in a quarter of an hour
    decision = {"seen": "new.0", "agency": town.water.pk, "theme": town.pipe.pk, "place": town.city.pk}
    text = {"text": "Воду дали в 14:00, трубу заменили.", "version": 1}
    final = {"kind": "final", "outcome": "solved", "proof": "phone", "proof_words": "Позвонили жителю"}
    presses: tuple[tuple[User, str, dict[str, Any], int], ...] = (
        (town.operator, f"{page}/assignment/", decision, 24),
        (town.executor, f"{page}/work/", {}, 14),
        (town.executor, f"{page}/draft/", text, 13),
        (town.executor, f"{page}/submission/", text | final, 31),
        (town.approver, "/answers/{answer}/approval/", {"version": 2, "despite": "Так и нужно"}, 22),
    )
    for who, address, fields, most in presses:
        client = signed_in(who)
        answer = Answer.objects.filter(incident=card).values_list("pk", flat=True).first()
        with at_most(most + settling()):
            assert client.post(address.format(answer=answer), fields).status_code == 302, address
    assert reread(card).state == "publishing"


def test_acts_cost_the_card_and_the_approvals_no_query(town: Town) -> None:
    answer, *_others = [town.submitted() for _answer in range(5)]
    with book.turn():
        papers = [paper_of(b"%PDF-1.7\n%%EOF\n", f"Акт {number}.pdf") for number in range(3)]
        keep(answer, papers, town.executor, timezone.now())
    client, page = signed_in(town.approver), f"/incidents/{answer.incident_id}/"
    for address in (page, "/approvals/"):
        client.get(address)
    assert_within(client, {page: 10, "/approvals/": 10})  # six of the approvals, and three of who asks
    shown = client.get(page).content.decode()
    assert [shown.count(f"Акт {number}.pdf") for number in range(3)] == [1, 1, 1]


def test_lists_of_cards_ask_no_more_for_more_cards(town: Town) -> None:
    Grant.objects.create(user=town.executor, role=Role.CURATOR, agency=town.water)
    now = timezone.now()
    for number in range(4):
        Incident.objects.filter(pk=town.assigned().pk).update(executor=town.executor)
        town.assigned()
        town.submitted()
        town.published()
        noise = town.card("Ну и ну", kind="noise")
        NoiseCheck.objects.create(incident=noise, day=now.date() - timedelta(days=number), drawn_at=now)
    cards = [take_up(town.card("Нет воды"), town.operator, now) for _card in range(12)]
    shift = shift_of(town.operator, now, only=[card.pk for card in cards[:6]])
    made = handover.offer(town.operator, town.colleague, shift, "", now)
    take_in()
    assert_within(signed_in(town.executor), {"/agency/": 10, "/agency/?whose=mine": 10, "/agency/distribution/": 10})
    client = signed_in(town.operator)
    assert client.get("/handover/").content.decode().count('name="card"') == 6, "what is offered is not offered again"
    queries = ("вода", str(cards[0].number), "https://vk.com/wall-1_1", "ничего", "вадаа", "нет вадаа", "ytn djls")
    pages = [f"/find/?q={quote(words)}" for words in queries] + [f"/queue/?q={quote('https://vk.com/wall-1_1')}"]
    assert_within(client, dict.fromkeys([*pages, "/handover/", f"/handover/{made.pk}/", "/noise-checks/"], 10))


def test_health_asks_eleven_times_whatever_is_wrong(town: Town) -> None:
    town.published()
    town.replied()
    now = timezone.now()
    for step in FLOW:
        step.model._default_manager.update(due_at=now, set_aside_at=now, failures=6, error="ValueError: no")
    Account.objects.update(stopped_at=now)
    for number in range(5):
        inbox.source(town.account, str(number), kind="foreign")
    assert_within(signed_in(town.admin), {"/health/": 11})
    assert "Остановленные аккаунты" in signed_in(town.admin).get("/health/").content.decode()

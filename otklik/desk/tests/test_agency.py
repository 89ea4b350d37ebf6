"""«Моё ведомство»: one's own subtree and nothing else, sorted into what is wanted, within ten queries."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.answers import drafts
from otklik.desk.agency.rows import ANSWERED, APPROVAL, NEW, PROMISED, RETURNED, WORK, Row, sections
from otklik.desk.tests.card_data import Town, make_town
from otklik.incidents.models import Incident, State
from otklik.people.models import Agency, Grant, Role, User
from otklik.routing.models import Deadline

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(user: User) -> dict[int, list[Row]]:
    fresh = User.objects.get(pk=user.pk)
    return {section.key: list(section.rows) for section in sections(fresh, timezone.now())[0]}


def test_the_page_is_for_executors_and_curators(town: Town) -> None:
    for user, status in ((town.executor, 200), (town.other, 200), (town.operator, 403), (town.stranger, 403)):
        assert signed_in(user).get("/agency/").status_code == status, user.username
    assert Client().get("/agency/").status_code == 302


def test_cards_of_another_agency_do_not_exist_here(town: Town) -> None:
    town.assigned("Наша труба течёт")
    assert "Наша труба течёт" in signed_in(town.executor).get("/agency/").content.decode()
    assert "Наша труба течёт" not in signed_in(town.other).get("/agency/").content.decode()


def test_the_subtree_belongs_to_the_agency_above_and_not_the_other_way(town: Town) -> None:
    pumps = Agency.objects.create(code="pumps", name="Насосы", short_name="Насосы", parent=town.water)
    town.assigned("Карточка водоканала")
    town.assigned("Карточка насосной", agency=pumps)
    Grant.objects.create(user=town.stranger, role=Role.EXECUTOR, agency=pumps)
    assert [len(rows) for rows in shown(town.executor).values()] == [2]
    assert [row.text for row in shown(town.stranger)[NEW]] == ["Карточка насосной"]


def test_other_roles_of_the_same_person_open_nothing_here(town: Town) -> None:
    town.assigned(agency=town.roads)
    Grant.objects.create(user=town.executor, role=Role.OPERATOR)
    assert shown(town.executor) == {}


def test_every_card_stands_where_its_state_puts_it(town: Town) -> None:
    town.assigned()
    draft = town.drafted()
    submitted = town.submitted()
    returned = town.submitted()
    drafts.send_back(returned, town.approver, timezone.now(), "Кто и когда починит?")
    answered = town.published()
    postponed = town.assigned()
    Incident.objects.filter(pk=postponed.pk).update(state=State.POSTPONED)
    found = shown(town.executor)
    assert len(found[NEW]) == 1
    assert [row.incident.pk for row in found[WORK]] == [draft.incident_id]
    assert [row.incident.pk for row in found[APPROVAL]] == [submitted.incident_id]
    assert [(row.incident.pk, row.remark) for row in found[RETURNED]] == [
        (returned.incident_id, "Кто и когда починит?")
    ]
    assert [row.incident.pk for row in found[ANSWERED]] == [answered.pk]
    assert [row.incident.pk for row in found[PROMISED]] == [postponed.pk]
    page = signed_in(town.executor).get("/agency/").content.decode()
    assert "Кто и когда починит?" in page
    assert "Возвращены с замечанием" in page


def test_the_most_urgent_comes_first_and_says_until_when(town: Town) -> None:
    later, sooner, late = (town.assigned(text) for text in ("позже", "раньше", "просрочено"))
    now = timezone.now()
    for card, limit_at in ((later, now + timedelta(hours=30)), (sooner, now + timedelta(minutes=30)), (late, now)):
        Deadline.objects.filter(incident=card).update(limit_at=limit_at, working=False)
    rows = shown(town.executor)[NEW]
    assert [row.text for row in rows] == ["просрочено", "раньше", "позже"]
    assert [row.tone for row in rows] == ["late", "soon", ""]
    assert "Ответ просрочен" in rows[0].wanted
    assert "осталось 29 мин" in rows[1].wanted
    assert "осталось 1 дн 5 ч" in rows[2].wanted


def test_a_promise_is_measured_by_its_own_clock(town: Town) -> None:
    card = town.assigned()
    Incident.objects.filter(pk=card.pk).update(state=State.POSTPONED)
    now = timezone.now()
    Deadline.objects.create(
        incident=card, clock="promise", starts_at=now, limit_at=now + timedelta(days=3, minutes=1), working=False
    )
    (row,) = shown(town.executor)[PROMISED]
    assert "осталось 3 дн" in row.wanted
    assert "Обещали до" in row.wanted


def test_ten_queries_are_enough_for_any_number_of_cards(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(4):
        town.assigned()
        town.submitted()
        town.published()
    client = signed_in(town.executor)
    with django_assert_max_num_queries(10):
        assert client.get("/agency/").status_code == 200


def test_taking_and_giving_back_work_from_here(town: Town) -> None:
    taken, foreign = town.assigned(), town.assigned()
    client = signed_in(town.executor)
    assert client.post(f"/incidents/{taken.pk}/work/").status_code == 302
    assert client.post(f"/incidents/{foreign.pk}/return/", {"reason": "not_our_place"}).status_code == 302
    taken.refresh_from_db()
    foreign.refresh_from_db()
    assert (taken.state, foreign.state) == (State.IN_WORK, State.NEW)
    assert [row.incident.pk for rows in shown(town.executor).values() for row in rows] == [taken.pk]


def test_what_citizens_write_stays_text_and_their_names_stay_away(town: Town) -> None:
    town.assigned("<script>alert(1)</script>{{ 7|add:7 }}")
    page = signed_in(town.executor).get("/agency/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "Анна Жилина" not in page
    assert " style=" not in page


def test_whoever_has_no_agency_or_no_cards_is_told_what_to_do(town: Town) -> None:
    Grant.objects.create(user=town.stranger, role=Role.EXECUTOR)
    assert "Попросите администратора" in signed_in(town.stranger).get("/agency/").content.decode()
    assert "сейчас ничего нет" in signed_in(town.other).get("/agency/").content.decode()

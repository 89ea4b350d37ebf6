"""«Моё ведомство»: one's own subtree and nothing else, sorted into what is wanted, within ten queries."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.answers import drafts
from otklik.desk.agency.rows import GONE, LATE, LATER, MINE, NOBODYS, RETURNED, TODAY, WAITING, Row, sections
from otklik.desk.tests.pages import assert_shows, page_at, reread
from otklik.incidents.cards import main_message
from otklik.incidents.handing import hand
from otklik.incidents.models import Incident, State
from otklik.journal import book
from otklik.lib.due import claim
from otklik.people.models import Agency, Grant, Role, User
from otklik.routing import clocks, extensions
from otklik.routing.models import Deadline
from otklik.routing.watch import watch
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def shown(user: User, whose: str = "all") -> dict[int, list[Row]]:
    fresh = User.objects.get(pk=user.pk)
    return {section.key: list(section.rows) for section in sections(fresh, timezone.now(), whose)[0]}


def numbers(user: User, whose: str = "all") -> list[int]:
    return [row.incident.pk for rows in shown(user, whose).values() for row in rows]


def far(*cards: Incident) -> None:
    """Their limits lie days ahead, so that the hour of the test decides nothing."""
    Deadline.objects.filter(incident__in=cards).update(limit_at=timezone.now() + timedelta(days=5), working=False)


def test_cards_of_another_agency_do_not_exist_here(town: Town) -> None:
    town.assigned("Наша труба течёт")
    assert "Наша труба течёт" in page_at(town.executor, "/agency/")
    assert "Наша труба течёт" not in page_at(town.other, "/agency/")


def test_the_subtree_belongs_to_the_agency_above_and_not_the_other_way(town: Town) -> None:
    ours, below = town.assigned("Карточка водоканала"), town.assigned("Карточка насосной", agency=town.pumps)
    Grant.objects.create(user=town.stranger, role=Role.EXECUTOR, agency=town.pumps)
    assert sorted(numbers(town.executor)) == sorted([ours.pk, below.pk])
    assert numbers(town.stranger) == [below.pk]


def test_other_roles_of_the_same_person_open_nothing_here(town: Town) -> None:
    town.assigned(agency=town.roads)
    Grant.objects.create(user=town.executor, role=Role.OPERATOR)
    assert shown(town.executor) == {}


def test_every_card_stands_where_what_is_wanted_of_it_puts_it(town: Town) -> None:
    fresh = town.assigned()
    submitted = town.submitted()
    returned = town.submitted()
    drafts.send_back(returned, town.approver, timezone.now(), "Кто и когда починит?")
    answered = town.published()
    postponed = town.assigned()
    Incident.objects.filter(pk=postponed.pk).update(state=State.POSTPONED)
    far(fresh, returned.incident)
    found = shown(town.executor)
    assert sorted(row.incident.pk for row in found[LATER]) == [fresh.pk, postponed.pk]
    assert [row.incident.pk for row in found[WAITING]] == [submitted.incident_id]
    (row,) = found[RETURNED]
    assert (row.incident.pk, row.remark) == (returned.incident_id, "Кто и когда починит?")
    assert row.wanted.startswith("Исправить по замечанию до ")
    assert [row.incident.pk for row in found[GONE]] == [answered.pk]
    assert_shows(page_at(town.executor, "/agency/"), "Кто и когда починит?", "Возвращены с замечанием")


def test_what_is_late_and_what_is_due_today_comes_first_and_says_until_when(town: Town) -> None:
    later, sooner, late = (town.assigned(text) for text in ("позже", "раньше", "просрочено"))
    now = timezone.now()
    evening = timezone.localtime(now).replace(hour=23, minute=59, second=58)
    for card, limit_at in ((later, now + timedelta(hours=30)), (sooner, evening), (late, now)):
        Deadline.objects.filter(incident=card).update(limit_at=limit_at, working=False)
    found = shown(town.executor)
    in_order = [(key, row.text) for key, rows in found.items() for row in rows]
    assert in_order == [(LATE, "просрочено"), (TODAY, "раньше"), (LATER, "позже")]
    assert (found[LATE][0].tone, found[LATER][0].tone) == ("late", "")
    assert found[LATE][0].wanted.startswith("Ответить жителю сейчас: просрочено на ")
    assert found[TODAY][0].wanted.startswith("Ответить жителю до 23:59")
    assert "осталось 1 дн 5 ч" in found[LATER][0].wanted


def test_the_hour_before_the_limit_is_marked(town: Town) -> None:
    card = town.assigned()
    Deadline.objects.filter(incident=card).update(limit_at=timezone.now() + timedelta(minutes=30), working=False)
    (row,) = [row for rows in shown(town.executor).values() for row in rows]
    assert row.tone == "soon"
    assert "осталось 29 мин" in row.wanted


def test_a_promise_is_measured_by_its_own_clock(town: Town) -> None:
    card = town.assigned()
    Incident.objects.filter(pk=card.pk).update(state=State.POSTPONED)
    now = timezone.now()
    Deadline.objects.create(
        incident=card, clock="promise", starts_at=now, limit_at=now + timedelta(days=3, minutes=1), working=False
    )
    (row,) = shown(town.executor)[LATER]
    assert "осталось 3 дн" in row.wanted
    assert row.wanted.startswith("Показать, что обещание выполнено, до ")


def test_mine_nobodys_and_all_are_three_views_of_the_same_cards(town: Town) -> None:
    mine, nobodys, hers = town.assigned(), town.assigned(), town.assigned()
    Grant.objects.create(user=town.stranger, role=Role.EXECUTOR, agency=town.water)
    hand(mine, town.executor, town.executor, timezone.now())
    hand(hers, town.stranger, town.stranger, timezone.now())
    assert numbers(town.executor, MINE) == [mine.pk]
    assert numbers(town.executor, NOBODYS) == [nobodys.pk]
    assert sorted(numbers(town.executor)) == [mine.pk, nobodys.pk, hers.pk]
    client = signed_in(town.executor)
    assert "ваша" in page_at(client, "/agency/?whose=mine")
    assert client.get("/agency/?whose=%00<script>").status_code == 400
    assert client.get("/agency/?whose=<script>").status_code == 200


def test_a_row_says_that_a_later_day_was_asked_for(town: Town) -> None:
    card = town.assigned()
    until = timezone.localdate() + timedelta(days=20)
    extensions.ask(card, until, "Ждём трубу", town.executor, timezone.now())
    (row,) = [row for rows in shown(town.executor).values() for row in rows]
    assert row.asked_until == until
    assert "просят продлить до" in page_at(town.executor, "/agency/")


def test_taking_and_giving_back_work_from_here(town: Town) -> None:
    taken, foreign = town.assigned(), town.assigned()
    client = signed_in(town.executor)
    assert client.post(f"/incidents/{taken.pk}/work/").status_code == 302
    assert client.post(f"/incidents/{foreign.pk}/return/", {"reason": "not_our_place"}).status_code == 302
    assert (reread(taken).state, reread(foreign).state) == (State.IN_WORK, State.NEW)
    assert numbers(town.executor) == [taken.pk]


def test_what_citizens_write_stays_text_and_their_names_stay_away(town: Town) -> None:
    town.assigned("<script>alert(1)</script>{{ 7|add:7 }}")
    for address in ("/agency/", "/agency/distribution/"):
        page = page_at(town.executor, address)
        assert_shows(page, "&lt;script&gt;", hides=["<script>alert", "Анна Жилина", " style="])


def test_whoever_has_no_agency_or_no_cards_is_told_what_to_do(town: Town) -> None:
    Grant.objects.create(user=town.stranger, role=Role.EXECUTOR)
    assert "Попросите администратора" in page_at(town.stranger, "/agency/")
    assert "сейчас ничего нет" in page_at(town.other, "/agency/")
    assert "уже у кого-то" in page_at(town.other, "/agency/distribution/")


def test_a_broken_promise_stands_under_late_in_the_words_of_a_promise(town: Town) -> None:
    card, now = town.assigned(), timezone.now()
    Incident.objects.filter(pk=card.pk).update(state=State.POSTPONED)
    far(card)
    given = now - timedelta(days=3)
    clocks.wait(card, "promise", given, now - timedelta(days=1))
    Deadline.objects.filter(incident=card).exclude(clock="promise").update(due_at=None)
    with book.turn():
        watch(claim(Deadline, now, timedelta(minutes=5), 10), now)
    assert reread(card).state == State.IN_WORK
    ((key, (row,)),) = shown(town.executor).items()
    assert (key, row.tone, row.can_give_back) == (LATE, "late", True)
    assert row.wanted.startswith("Показать, что обещание выполнено: обещали до ")
    assert "прошло 1 дн" in row.wanted


@pytest.mark.parametrize("asked_back", [False, True])
def test_a_promise_stays_when_the_card_is_taken_up_again(town: Town, asked_back: bool) -> None:
    card, now = town.assigned(), timezone.now()
    Incident.objects.filter(pk=card.pk).update(state=State.POSTPONED)
    Deadline.objects.filter(incident=card).update(limit_at=now + timedelta(days=9), working=False)
    clocks.wait(card, "promise", now, now + timedelta(days=3, minutes=1))
    assert signed_in(town.executor).post(f"/incidents/{card.pk}/work/").status_code == 302
    card.refresh_from_db()
    if asked_back:
        answer = drafts.write(
            card,
            main_message(card),
            drafts.Words("Готово", outcome="solved", ground="phone", ground_words="Позвонили автору"),
            town.executor,
            now,
        )
        drafts.submit(answer, town.executor, now)
        drafts.send_back(answer, town.approver, now, "Кто починил?")
    ((key, (row,)),) = shown(town.executor).items()
    assert key == (RETURNED if asked_back else LATER)
    words = "Исправить по замечанию до " if asked_back else "Показать, что обещание выполнено, до "
    assert row.wanted.startswith(words)
    assert "осталось 3 дн" in row.wanted


def test_the_promise_that_was_given_last_counts(town: Town) -> None:
    card, now = town.assigned(), timezone.now()
    clocks.wait(card, "promise", now - timedelta(days=9), now - timedelta(days=1))
    clocks.wait(card, "promise", now, now + timedelta(days=3, minutes=1))
    ((key, (row,)),) = shown(town.executor).items()
    assert key == LATER
    assert "осталось 3 дн" in row.wanted


def crowd(town: Town, agency: Agency, number: int) -> list[User]:
    people = User.objects.bulk_create(
        User(username=f"{agency.code}-{one}", last_name=f"Абрамов{one:03}", is_active=True) for one in range(number)
    )
    Grant.objects.bulk_create(Grant(user=user, role=Role.EXECUTOR, agency=agency) for user in people)
    return people


def test_in_a_region_with_many_people_everybody_who_can_is_offered(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    crowd(town, town.roads, 120)
    Grant.objects.create(user=town.stranger, role=Role.CURATOR)
    card = town.assigned()
    client = signed_in(town.stranger)
    with django_assert_max_num_queries(10):
        page = page_at(client, "/agency/distribution/")
    assert_shows(page, f'value="{card.pk}:{town.executor.pk}"', hides=["Некому поручить", "Абрамов"])


def test_whom_to_give_is_chosen_by_name_and_agency_and_never_beforehand(town: Town) -> None:
    Grant.objects.create(user=town.stranger, role=Role.CURATOR)
    town.assigned()
    client = signed_in(town.stranger)
    page = page_at(client, "/agency/distribution/")
    assert '<option value="">Кому</option>' in page
    assert f'<option value="{town.executor.pk}">Исаев М. П.: 0 в работе' in page
    assert f'<option value="{town.other.pk}">' not in page
    town.assigned(agency=town.roads)
    page = page_at(client, "/agency/distribution/")
    assert f'<option value="{town.executor.pk}">Исаев М. П., Водоканал: 0 в работе' in page
    assert f'<option value="{town.other.pk}">Дорогин М. П., Дорожная служба: 0 в работе' in page


def test_what_somebody_does_not_lead_he_gives_to_himself_alone(town: Town) -> None:
    Grant.objects.create(user=town.executor, role=Role.CURATOR, agency=town.roads)
    crowd(town, town.water, 1)
    ours, led = town.assigned(), town.assigned(agency=town.roads)
    found = {
        row.incident.pk: [mate.user.pk for mate in mates]
        for row, mates in signed_in(town.executor).get("/agency/distribution/").context["choices"]
    }
    assert found[ours.pk] == [town.executor.pk]
    assert sorted(found[led.pk]) == sorted([town.executor.pk, town.other.pk])


def test_a_press_without_a_card_or_a_person_is_told_which_is_missing(town: Town) -> None:
    Grant.objects.create(user=town.executor, role=Role.CURATOR, agency=town.water)
    card = town.assigned()
    client = signed_in(town.executor)
    for given, words in (
        ({"to": town.executor.pk}, "Отметьте хотя бы одну карточку."),
        ({"card": card.pk, "to": ""}, "Выберите, кому поручить."),
    ):
        told = client.post("/agency/giving/", given, headers={"Accept": "application/json"})
        assert (told.status_code, told.json()["words"]) == (422, words)


def test_who_takes_cards_himself_has_them_in_work_from_every_page(town: Town) -> None:
    from_card, from_list = town.assigned(), town.assigned()
    client = signed_in(town.executor)
    part = client.get(f"/incidents/{from_card.pk}/", headers={"X-Fragment": "1"}).content.decode()
    form = part[part.index(f'action="/incidents/{from_card.pk}/executor/"') :].partition("</form>")[0]
    fields = dict(re.findall(r'name="(seen|to|work)" value="(\d+)"', form))
    assert fields == {"seen": "0", "to": str(town.executor.pk), "work": "1"}
    assert client.post(f"/incidents/{from_card.pk}/executor/", fields).status_code == 302
    assert '<input type="hidden" name="work" value="1">' in page_at(client, "/agency/distribution/")
    assert client.post("/agency/giving/", {"one": f"{from_list.pk}:{town.executor.pk}", "work": "1"}).status_code == 302
    for card in (from_card, from_list):
        assert (reread(card).executor, card.state) == (town.executor, State.IN_WORK)

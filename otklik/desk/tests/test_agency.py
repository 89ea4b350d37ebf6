"""«Моё ведомство»: one's own subtree and nothing else, sorted into what is wanted; and who of an agency answers a card:
taken by oneself, given by a curator, never to somebody who may not see it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from otklik.answers import drafts
from otklik.desk.agency.rows import GONE, LATE, LATER, MINE, NOBODYS, OWNERS, RETURNED, TODAY, WAITING, Row, sections
from otklik.desk.agency.team import team_of_card
from otklik.desk.tests.pages import assert_answers, assert_shows, at_most, page_at, part_at, reread
from otklik.incidents.cards import main_message
from otklik.incidents.handing import HELD, HandedMeanwhile, OutOfReach, hand
from otklik.incidents.models import Incident, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.access import reach_by_agency
from otklik.people.models import Agency, Grant, Role, User
from otklik.routing import clocks, extensions
from otklik.routing.models import Deadline
from otklik.routing.watch import watch
from otklik.work.models import Notice
from tests.make.people import agency, grant, person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
PAGE, GIVING = "/agency/", "/agency/distribution/"
JSON = {"Accept": "application/json", "X-Fragment": "1"}


def rows_by_section(user: User, whose: str = "all") -> dict[int, list[Row]]:
    fresh = User.objects.get(pk=user.pk)
    return {section.key: list(section.rows) for section in sections(fresh, timezone.now(), whose)[0]}


def numbers(user: User, whose: str = "all") -> list[int]:
    return sorted(row.incident.pk for rows in rows_by_section(user, whose).values() for row in rows)


def only(user: User) -> tuple[int, Row]:
    """The one row there is, with its section."""
    ((key, (row,)),) = rows_by_section(user).items()
    return key, row


def limit(limit_in: timedelta, *cards: Incident) -> None:
    """Their limits lie so far ahead, by the wall: the hour of the test decides nothing."""
    Deadline.objects.filter(incident__in=cards).update(limit_at=timezone.now() + limit_in, working=False)


def postponed(town: Town) -> Incident:
    card = town.assigned()
    Incident.objects.filter(pk=card.pk).update(state=State.POSTPONED)
    return reread(card)


def test_cards_of_ones_own_subtree_stand_here_and_no_others_as_text_and_without_names(town: Town) -> None:
    ours, below = town.assigned("Наша труба течёт"), town.assigned("Карточка насосной", agency=town.pumps)
    assert "Наша труба течёт" in page_at(town.executor, PAGE)
    assert "Наша труба течёт" not in page_at(town.other, PAGE)
    assert_shows(page_at(town.other, PAGE), "сейчас ничего нет")
    assert "уже у кого-то" in page_at(town.other, GIVING)
    grant(town.stranger, Role.EXECUTOR)
    assert "Попросите администратора" in page_at(town.stranger, PAGE)
    Grant.objects.filter(user=town.stranger).update(agency=town.pumps)
    assert numbers(town.executor) == [ours.pk, below.pk]
    assert numbers(town.stranger) == [below.pk], "it belongs to the agency above, and not the other way"
    grant(town.other, Role.OPERATOR)
    assert rows_by_section(town.other) == {}, "other roles of the same person open nothing here"
    town.assigned("<script>alert(1)</script>{{ 7|add:7 }}")
    for address in (PAGE, GIVING):
        page = page_at(town.executor, address)
        assert_shows(page, "&lt;script&gt;", hides=["<script>alert", "Анна Жилина", " style="])


def test_every_card_stands_where_what_is_wanted_of_it_puts_it(town: Town) -> None:
    fresh, submitted, returned = town.assigned(), town.submitted(), town.submitted()
    drafts.send_back(returned, town.approver, timezone.now(), "Кто и когда починит?")
    answered, later = town.published(), postponed(town)
    limit(timedelta(days=5), fresh, returned.incident)
    section_rows = rows_by_section(town.executor)
    assert sorted(row.incident.pk for row in section_rows[LATER]) == [fresh.pk, later.pk]
    assert [row.incident.pk for row in section_rows[WAITING]] == [submitted.incident_id]
    (row,) = section_rows[RETURNED]
    assert (row.incident.pk, row.remark) == (returned.incident_id, "Кто и когда починит?")
    assert row.wanted.startswith("Исправить по замечанию до ")
    assert [row.incident.pk for row in section_rows[GONE]] == [answered.pk]
    assert_shows(page_at(town.executor, PAGE), "Кто и когда починит?", "Возвращены с замечанием")


def test_what_is_late_and_what_is_due_today_comes_first_and_says_until_when(town: Town) -> None:
    later, sooner, late = (town.assigned(text) for text in ("позже", "раньше", "просрочено"))
    now = timezone.now()
    evening = timezone.localtime(now).replace(hour=23, minute=59, second=58)
    for card, limit_at in ((later, now + timedelta(hours=30)), (sooner, evening), (late, now)):
        Deadline.objects.filter(incident=card).update(limit_at=limit_at, working=False)
    section_rows = rows_by_section(town.executor)
    in_order = [(key, row.text) for key, rows in section_rows.items() for row in rows]
    assert in_order == [(LATE, "просрочено"), (TODAY, "раньше"), (LATER, "позже")]
    assert (section_rows[LATE][0].tone, section_rows[LATER][0].tone) == ("late", "")
    assert section_rows[LATE][0].wanted.startswith("Ответить жителю сейчас: просрочено на ")
    assert section_rows[TODAY][0].wanted.startswith("Ответить жителю до 23:59")
    assert "осталось 1 дн 5 ч" in section_rows[LATER][0].wanted


def test_a_row_marks_the_hour_before_the_limit_and_says_that_a_later_day_was_asked_for(town: Town) -> None:
    card, until = town.assigned(), timezone.localdate() + timedelta(days=20)
    limit(timedelta(minutes=30), card)
    _key, row = only(town.executor)
    assert row.tone == "soon"
    assert "осталось 29 мин" in row.wanted
    extensions.ask(card, until, "Ждём трубу", town.executor, timezone.now())
    assert only(town.executor)[1].asked_until == until
    assert "просят продлить до" in page_at(town.executor, PAGE)


def test_mine_nobodys_and_all_are_three_views_of_the_same_cards(town: Town) -> None:
    mine, nobodys, hers = town.assigned(), town.assigned(), town.assigned()
    grant(town.stranger, Role.EXECUTOR, town.water)
    for card, user in ((mine, town.executor), (hers, town.stranger)):
        hand(card, user, user, timezone.now())
    views = [numbers(town.executor, whose) for whose in (MINE, NOBODYS, "all")]
    assert views == [[mine.pk], [nobodys.pk], [mine.pk, nobodys.pk, hers.pk]]
    client = signed_in(town.executor)
    assert "ваша" in page_at(client, f"{PAGE}?whose=mine")
    assert client.get(f"{PAGE}?whose=%00<script>").status_code == 400
    assert client.get(f"{PAGE}?whose=<script>").status_code == 200


def test_taking_and_giving_back_work_from_here(town: Town) -> None:
    taken, foreign, client = town.assigned(), town.assigned(), signed_in(town.executor)
    assert client.post(f"/incidents/{taken.pk}/work/").status_code == 302
    assert client.post(f"/incidents/{foreign.pk}/return/", {"reason": "not_our_place"}).status_code == 302
    assert (reread(taken).state, reread(foreign).state) == (State.IN_WORK, State.NEW)
    assert numbers(town.executor) == [taken.pk]


def test_a_broken_promise_stands_under_late_in_the_words_of_a_promise(town: Town) -> None:
    card, now = postponed(town), timezone.now()
    limit(timedelta(days=5), card)
    clocks.wait(card, "promise", now - timedelta(days=3), now - timedelta(days=1))
    Deadline.objects.filter(incident=card).exclude(clock="promise").update(due_at=None)
    with book.turn():
        watch(claim(Deadline, now, timedelta(minutes=5), 10), now)
    assert reread(card).state == State.IN_WORK
    key, row = only(town.executor)
    assert (key, row.tone, row.can_give_back) == (LATE, "late", True)
    assert row.wanted.startswith("Показать, что обещание выполнено: обещали до ")
    assert "прошло 1 дн" in row.wanted


def test_a_promise_is_measured_by_its_own_clock_and_stays_when_the_card_is_taken_up_again(town: Town) -> None:
    card, now = postponed(town), timezone.now()
    limit(timedelta(days=9), card)
    # The one that was given last counts.
    clocks.wait(card, "promise", now - timedelta(days=9), now - timedelta(days=1))
    clocks.wait(card, "promise", now, now + timedelta(days=3, minutes=1))

    def assert_section(where: int, words: str) -> None:
        key, row = only(town.executor)
        assert (key, row.wanted.startswith(words), "осталось 3 дн" in row.wanted) == (where, True, True)

    assert_section(LATER, "Показать, что обещание выполнено, до ")
    assert signed_in(town.executor).post(f"/incidents/{card.pk}/work/").status_code == 302
    assert_section(LATER, "Показать, что обещание выполнено, до ")
    words = drafts.Words("Готово", outcome="solved", ground="phone", ground_words="Позвонили жителю")
    answer = drafts.write(reread(card), main_message(card), words, town.executor, now)
    drafts.submit(answer, town.executor, now)
    drafts.send_back(answer, town.approver, now, "Кто починил?")
    assert_section(RETURNED, "Исправить по замечанию до ")


# Whom a card is given to.
def crowd(agency: Agency, number: int) -> None:
    people = User.objects.bulk_create(
        User(username=f"{agency.code}-{one}", last_name=f"Абрамов{one:03}", is_active=True) for one in range(number)
    )
    Grant.objects.bulk_create(Grant(user=user, role=Role.EXECUTOR, agency=agency) for user in people)


def test_whom_to_give_is_chosen_by_name_and_agency_of_everybody_who_can_and_never_beforehand(town: Town) -> None:
    crowd(town.roads, 120)
    grant(town.stranger, Role.CURATOR)
    card, client = town.assigned(), signed_in(town.stranger)
    with at_most(10):
        page = page_at(client, GIVING)
    worker, other = (f'<option value="{user.pk}">' for user in (town.executor, town.other))
    assert_shows(
        *(page, f'value="{card.pk}:{town.executor.pk}"', '<option value="">Кому</option>'),
        f"{worker}Исаев М. П.: 0 в работе",
        hides=["Некому поручить", "Абрамов", other],
    )
    town.assigned(agency=town.roads)
    both = (f"{worker}Исаев М. П., Водоканал: 0 в работе", f"{other}Дорогин М. П., Дорожная служба: 0 в работе")
    assert_shows(page_at(client, GIVING), *both)


def test_what_somebody_does_not_lead_he_gives_to_himself_alone(town: Town) -> None:
    grant(town.executor, Role.CURATOR, town.roads)
    crowd(town.water, 1)
    ours, led = town.assigned(), town.assigned(agency=town.roads)
    choices = signed_in(town.executor).get(GIVING).context["choices"]
    mates_by_card = {row.incident.pk: sorted(mate.user.pk for mate in mates) for row, mates in choices}
    assert mates_by_card == {ours.pk: [town.executor.pk], led.pk: sorted([town.executor.pk, town.other.pk])}
    for fields, words in (
        ({"to": town.executor.pk}, "Отметьте хотя бы одну карточку."),
        ({"card": ours.pk, "to": ""}, "Выберите, кому поручить."),
    ):
        response = signed_in(town.executor).post("/agency/giving/", fields, headers=JSON)
        assert (response.status_code, response.json()["words"]) == (422, words)


def test_who_takes_cards_himself_has_them_in_work_from_every_page(town: Town) -> None:
    from_card, from_list, client = town.assigned(), town.assigned(), signed_in(town.executor)
    address, work = f"/incidents/{from_card.pk}/executor/", '<input type="hidden" name="work" value="1">'
    part = part_at(client, f"/incidents/{from_card.pk}/")
    form = part[part.index(f'action="{address}"') :].partition("</form>")[0]
    fields = dict(re.findall(r'name="(seen|to|work)" value="(\d+)"', form))
    assert fields == {"seen": "0", "to": str(town.executor.pk), "work": "1"}
    assert client.post(address, fields).status_code == 302
    assert work in page_at(client, GIVING)
    assert client.post("/agency/giving/", {"one": f"{from_list.pk}:{town.executor.pk}", "work": "1"}).status_code == 302
    for card in (from_card, from_list):
        assert (reread(card).executor, card.state) == (town.executor, State.IN_WORK)


# Who answers a card.
@pytest.fixture
def mate(town: Town) -> User:
    return person("Напарников", Role.EXECUTOR, town.water)


def give(by: User, card: Incident, to: User | str, **more: object) -> Any:
    fields = {"to": getattr(to, "pk", to), "seen": card.executor_id or 0, **more}
    return signed_in(by).post(f"/incidents/{card.pk}/executor/", fields, headers={"X-Fragment": "1"})


def give_many(by: User, **fields: object) -> Any:
    return signed_in(by).post("/agency/giving/", fields, headers=JSON)


def holder(card: Incident) -> int | None:
    return Incident.objects.values_list("executor", flat=True).get(pk=card.pk)


def fresh(card: Incident) -> Incident:
    return Incident.objects.select_related("agency", "place").get(pk=card.pk)


def test_an_executor_takes_a_card_himself_once_from_the_list_in_work_too_and_undoes_it_whole(town: Town) -> None:
    card = town.assigned()
    for _click in range(2):
        assert give(town.executor, card, town.executor).status_code == 200
        assert holder(card) == town.executor.pk
        card.refresh_from_db()
    entry = Entry.objects.get(incident=card.pk, verb="incident.hand")
    assert (entry.actor, entry.data) == (f"user:{town.executor.pk}", {"to": town.executor.pk, "from": 0})
    assert not Notice.objects.exists()
    assert "Исаев" in page_at(town.approver, f"/incidents/{card.pk}/")
    card = town.assigned()
    assert give(town.executor, card, town.executor, work=1).status_code == 200
    assert (reread(card).state, card.executor_id) == (State.IN_WORK, town.executor.pk)
    assert signed_in(town.executor).post("/undo/", headers=JSON).status_code == 200
    assert (reread(card).state, card.executor_id) == (State.ASSIGNED, None)


def test_a_curator_gives_a_card_an_executor_not_and_the_second_learns_who_was_faster(town: Town, mate: User) -> None:
    card, ended = town.assigned(), town.published()
    assert give(town.executor, card, mate).status_code == 403
    assert give(town.curator, ended, mate).status_code == 409
    assert (holder(card), holder(ended)) == (None, None)
    assert give(town.curator, card, mate).status_code == 200
    assert holder(card) == mate.pk
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.incident, notice.by) == (mate, Notice.Kind.HANDED_OVER, card, town.curator)
    card = town.assigned()
    give(mate, card, mate)
    assert_answers(give(town.executor, card, town.executor), 409, "Напарников")
    old = fresh(card)
    old.executor_id = None
    with pytest.raises(HandedMeanwhile):
        hand(old, town.executor, town.executor, timezone.now())
    assert holder(card) == mate.pk


def test_nobody_gets_a_card_he_does_not_answer_for_and_an_outsider_gives_none(town: Town, mate: User) -> None:
    card = town.assigned()
    for user in (town.other, town.auditor, town.approver, town.operator, town.stranger):
        assert give(town.curator, card, user).status_code == 422, user.username
        with pytest.raises(OutOfReach):
            hand(fresh(card), user, town.curator, timezone.now())
    for made_up in ("", "x", "-1", "0", "9" * 40, "1e3", "\x00"):
        assert_answers(give(town.executor, card, made_up), 422, "выберите другого")
    User.objects.filter(pk=mate.pk).update(is_active=False)
    assert give(town.curator, card, mate).status_code == 422, "whoever has left"
    assert mate not in [one.user for one in team_of_card(card, timezone.now())]
    assert holder(card) is None
    sibling = person("Соседов", Role.EXECUTOR, agency("Трубы", "pipes", town.water))
    card = town.assigned(agency=town.pumps)
    for outsider in (sibling, town.other, town.stranger):
        assert give(outsider, card, outsider).status_code == 404, outsider.username
        assert signed_in(outsider).get(f"/incidents/{card.pk}/colleagues/").status_code == 404
    assert give(town.auditor, card, town.executor).status_code == 403
    assert give(town.executor, card, sibling).status_code == 422
    assert holder(card) is None
    for user, status in ((town.executor, 422), (town.operator, 403), (town.stranger, 403), (town.auditor, 403)):
        assert give_many(user).status_code == status
    assert signed_in(town.executor).get("/agency/giving/").status_code == 405


def test_colleagues_stand_with_what_they_have(town: Town, mate: User) -> None:
    card, busy = town.assigned(), town.assigned()
    hand(busy, mate, town.curator, timezone.now())
    Deadline.objects.filter(incident=busy).update(limit_at=timezone.now() - timedelta(hours=1))
    team = {one.user.username: (one.open, one.late) for one in team_of_card(card, timezone.now())}
    assert team == {"executor": (0, 0), "curator": (0, 0), "Напарников": (1, 1)}
    address = f"/incidents/{card.pk}/colleagues/"
    assert "1 просрочена" in page_at(town.curator, address)
    assert "может куратор" in page_at(town.executor, address)


def test_one_tap_gives_one_or_several_what_cannot_is_named_and_all_come_back(town: Town, mate: User) -> None:
    card = town.assigned()
    tap = f"{card.pk}:{mate.pk}"
    assert f'value="{tap}"' in page_at(town.curator, GIVING)
    response = give_many(town.curator, one=tap)
    assert (response.status_code, response.json()["cards"], holder(card)) == (200, [card.pk], mate.pk)
    assert "уже у кого-то" in page_at(town.curator, GIVING)
    first, second, taken, foreign = town.assigned(), town.assigned(), town.assigned(), town.assigned(agency=town.roads)
    hand(taken, town.executor, town.executor, timezone.now())
    body = give_many(town.curator, card=[first.pk, second.pk, taken.pk, foreign.pk, "x", "9" * 30], to=mate.pk).json()
    assert body["cards"] == [first.pk, second.pk]
    assert f"№ {taken.number}: уже взяли" in body["words"]
    assert (holder(first), holder(second), holder(taken), holder(foreign)) == (mate.pk, mate.pk, town.executor.pk, None)
    assert Notice.objects.filter(user=mate).count() == 3
    back = signed_in(town.curator).post("/undo/", {"batch": body["undo"]}, headers=JSON)
    assert (back.status_code, holder(first), holder(second)) == (200, None, None)
    # An executor takes several for himself and gives none.
    both = [first.pk, second.pk]
    assert (give_many(town.executor, card=both, to=mate.pk).status_code, holder(first)) == (409, None)
    own = signed_in(town.executor).post("/agency/giving/", {"card": both, "to": town.executor.pk})
    assert (own.status_code, holder(first), holder(second)) == (302, town.executor.pk, town.executor.pk)


def test_open_cards_are_looked_up_by_their_agency_and_not_among_all_that_are_open(town: Town) -> None:
    plan = Incident.objects.filter(reach_by_agency(town.executor, OWNERS), state__in=HELD).explain()
    assert connection.vendor == "postgresql" or "incident_agency (agency_id=?" in plan

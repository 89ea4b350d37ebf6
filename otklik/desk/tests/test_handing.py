"""Who of an agency answers a card: taken by oneself, given by a curator, never to somebody who may not see it."""

from datetime import timedelta
from typing import cast

import pytest
from django.http import HttpResponse
from django.utils import timezone

from otklik.desk.agency.team import team_of_card
from otklik.desk.models import Notice
from otklik.desk.tests.pages import assert_answers, page_at, reread
from otklik.incidents.handing import HandedMeanwhile, OutOfReach, hand
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.people.models import Role, User
from otklik.routing.models import Deadline
from tests.make.people import agency, person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
JSON = {"Accept": "application/json", "X-Fragment": "1"}


@pytest.fixture
def mate(town: Town) -> User:
    return person("Напарников", Role.EXECUTOR, town.water)


def give(by: User, card: Incident, to: User, **more: object) -> HttpResponse:
    told = {"to": to.pk, "seen": card.executor_id or 0, **more}
    return cast(HttpResponse, signed_in(by).post(f"/incidents/{card.pk}/executor/", told, headers=FRAGMENT))


def holder(card: Incident) -> int | None:
    return Incident.objects.values_list("executor", flat=True).get(pk=card.pk)


def test_an_executor_takes_a_card_himself_and_is_shown_on_it(town: Town) -> None:
    card = town.assigned()
    answer = give(town.executor, card, town.executor)
    assert answer.status_code == 200
    assert holder(card) == town.executor.pk
    entry = Entry.objects.get(incident=card.pk, verb="incident.hand")
    assert (entry.actor, entry.data) == (f"user:{town.executor.pk}", {"to": town.executor.pk, "from": 0})
    assert not Notice.objects.exists()
    assert "Исаев" in page_at(town.approver, f"/incidents/{card.pk}/")


def test_taking_from_the_list_takes_in_work_too_and_is_undone_whole(town: Town) -> None:
    card = town.assigned()
    assert give(town.executor, card, town.executor, work=1).status_code == 200
    assert (reread(card).state, card.executor_id) == (State.IN_WORK, town.executor.pk)
    assert signed_in(town.executor).post("/undo/", headers=JSON).status_code == 200
    assert (reread(card).state, card.executor_id) == (State.ASSIGNED, None)


def test_a_curator_gives_a_card_and_the_other_is_told(town: Town, mate: User) -> None:
    card = town.assigned()
    assert give(town.curator, card, mate).status_code == 200
    assert holder(card) == mate.pk
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.incident, notice.by) == (mate, Notice.Kind.GIVEN, card, town.curator)


def test_an_executor_gives_nothing_to_others(town: Town, mate: User) -> None:
    card = town.assigned()
    assert give(town.executor, card, mate).status_code == 403
    assert holder(card) is None


@pytest.mark.parametrize("who", ["other", "auditor", "approver", "operator", "stranger"])
def test_nobody_gets_a_card_he_does_not_answer_for(town: Town, who: str) -> None:
    card = town.assigned()
    assert give(town.curator, card, getattr(town, who)).status_code == 422
    assert holder(card) is None
    with pytest.raises(OutOfReach):
        hand(
            Incident.objects.select_related("agency", "place").get(pk=card.pk),
            getattr(town, who),
            town.curator,
            timezone.now(),
        )


def test_whoever_has_left_gets_nothing(town: Town, mate: User) -> None:
    card = town.assigned()
    User.objects.filter(pk=mate.pk).update(is_active=False)
    assert give(town.curator, card, mate).status_code == 422
    assert mate not in [one.user for one in team_of_card(card, timezone.now())]


def test_another_agency_a_sibling_and_whoever_is_signed_out_do_nothing(town: Town) -> None:
    pipes = agency("Трубы", "pipes", town.water)
    sibling = person("Соседов", Role.EXECUTOR, pipes)
    card = town.assigned(agency=town.pumps)
    for outsider in (sibling, town.other, town.stranger):
        assert give(outsider, card, outsider).status_code == 404, outsider.username
        assert signed_in(outsider).get(f"/incidents/{card.pk}/colleagues/").status_code == 404
    assert give(town.auditor, card, town.executor).status_code == 403
    assert give(town.executor, card, sibling).status_code == 422
    assert holder(card) is None


@pytest.mark.parametrize("to", ["", "x", "-1", "0", "9" * 40, "1e3", "\x00"])
def test_a_made_up_person_is_refused_in_words(town: Town, to: str) -> None:
    card = town.assigned()
    answer = signed_in(town.executor).post(f"/incidents/{card.pk}/executor/", {"to": to, "seen": "0"}, headers=FRAGMENT)
    assert_answers(answer, 422, "выберите другого")


def test_the_second_of_two_learns_who_was_faster(town: Town, mate: User) -> None:
    card = town.assigned()
    give(mate, card, mate)
    assert_answers(give(town.executor, card, town.executor), 409, "Напарников")
    old = Incident.objects.select_related("agency", "place").get(pk=card.pk)
    old.executor_id = None
    with pytest.raises(HandedMeanwhile):
        hand(old, town.executor, town.executor, timezone.now())
    assert holder(card) == mate.pk


def test_a_second_click_changes_nothing(town: Town) -> None:
    card = town.assigned()
    give(town.executor, card, town.executor)
    card.refresh_from_db()
    assert give(town.executor, card, town.executor).status_code == 200
    assert Entry.objects.filter(incident=card.pk, verb="incident.hand").count() == 1


def test_a_card_that_has_ended_is_nobodys_to_give(town: Town, mate: User) -> None:
    card = town.published()
    assert give(town.curator, card, mate).status_code == 409
    assert holder(card) is None


def test_colleagues_stand_with_what_they_have(town: Town, mate: User) -> None:
    card, busy = town.assigned(), town.assigned()
    hand(busy, mate, town.curator, timezone.now())
    Deadline.objects.filter(incident=busy).update(limit_at=timezone.now() - timedelta(hours=1))
    found = {one.user.username: (one.open, one.late) for one in team_of_card(card, timezone.now())}
    assert found == {"executor": (0, 0), "curator": (0, 0), "Напарников": (1, 1)}
    assert "1 просрочена" in page_at(town.curator, f"/incidents/{card.pk}/colleagues/")
    assert "может куратор" in page_at(town.executor, f"/incidents/{card.pk}/colleagues/")


def test_one_tap_gives_a_card_from_the_list(town: Town, mate: User) -> None:
    card = town.assigned()
    assert f'value="{card.pk}:{mate.pk}"' in page_at(town.curator, "/agency/distribution/")
    told = signed_in(town.curator).post("/agency/giving/", {"one": f"{card.pk}:{mate.pk}"}, headers=JSON)
    assert (told.status_code, told.json()["cards"]) == (200, [card.pk])
    assert holder(card) == mate.pk
    assert "уже у кого-то" in page_at(town.curator, "/agency/distribution/")


def test_several_go_at_once_what_cannot_is_named_and_all_come_back(town: Town, mate: User) -> None:
    first, second, taken, foreign = town.assigned(), town.assigned(), town.assigned(), town.assigned(agency=town.roads)
    hand(taken, town.executor, town.executor, timezone.now())
    picked = [first.pk, second.pk, taken.pk, foreign.pk, "x", "9" * 30]
    client = signed_in(town.curator)
    told = client.post("/agency/giving/", {"card": picked, "to": mate.pk}, headers=JSON).json()
    assert told["cards"] == [first.pk, second.pk]
    assert f"№ {taken.number}: уже взяли" in told["words"]
    assert (holder(first), holder(second), holder(taken), holder(foreign)) == (mate.pk, mate.pk, town.executor.pk, None)
    assert Notice.objects.filter(user=mate).count() == 2
    assert client.post("/undo/", {"batch": told["undo"]}, headers=JSON).status_code == 200
    assert (holder(first), holder(second)) == (None, None)


def test_an_executor_takes_several_for_himself_and_gives_none(town: Town, mate: User) -> None:
    first, second = town.assigned(), town.assigned()
    client = signed_in(town.executor)
    told = client.post("/agency/giving/", {"card": [first.pk, second.pk], "to": mate.pk}, headers=JSON)
    assert (told.status_code, holder(first)) == (409, None)
    assert client.post("/agency/giving/", {"card": [first.pk, second.pk], "to": town.executor.pk}).status_code == 302
    assert (holder(first), holder(second)) == (town.executor.pk, town.executor.pk)


def test_the_distribution_is_for_agencies_alone(town: Town) -> None:
    for user, status in ((town.executor, 200), (town.operator, 403), (town.stranger, 403), (town.auditor, 403)):
        assert signed_in(user).post("/agency/giving/", {}, headers=JSON).status_code == (422 if status == 200 else 403)
    assert signed_in(town.executor).get("/agency/giving/").status_code == 405

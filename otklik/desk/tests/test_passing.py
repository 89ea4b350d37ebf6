"""«Передать дальше»: back and to the next agency in one step, counted as a return, and the citizen's clocks run on."""

from typing import Any

import pytest

from otklik.desk.tests.pages import assert_answers, journal_verbs, page_at, press, reread
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.models import Agency, User
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.models import Assignment, Automatic, Deadline, Norm, Rule, Suggestion
from otklik.routing.passing import NotThere, pass_further
from tests.make.people import signed_in
from tests.make.town import Town


def passing(user: User, card: Incident, agency: object, reason: str = "another_agency") -> Any:
    return press(user, f"/incidents/{card.pk}/passing/", agency=agency, reason=reason, words="Это их сеть")


def clocks_of(card: Incident) -> list[tuple[object, ...]]:
    citizens = Deadline.objects.filter(incident=card, clock__in=(Norm.Clock.FIRST_ANSWER, Norm.Clock.FINAL_ANSWER))
    return list(citizens.order_by("pk").values_list("pk", "starts_at", "limit_at", "working", "met_at", "cancelled_at"))


def test_the_card_goes_to_the_next_agency_in_one_step_and_is_taken_back_whole(town: Town) -> None:
    card = town.assigned()
    started, before = card.started_at, clocks_of(card)
    assert passing(town.executor, card, town.roads.pk).status_code == 200
    assert (reread(card).state, card.agency, card.operator) == (State.ASSIGNED, town.roads, town.operator)
    assert (card.theme, card.place, card.street, card.house) == (town.pipe, town.city, "улица Мира", "5")
    assert (card.executor, card.returns, card.started_at) == (None, 1, started)
    assert clocks_of(card) == before
    assert journal_verbs(incident=card.pk)[-3:] == ["incident.give_back", "incident.suggest", "incident.assign"]
    back = Entry.objects.get(verb="incident.give_back")
    assert (back.actor, back.reason) == (f"user:{town.executor.pk}", "another_agency")
    assert back.free_reason.text == "Это их сеть"
    signed_in(town.executor).post("/undo/")
    assert (reread(card).state, card.agency, card.operator) == (State.ASSIGNED, town.water, town.operator)
    (kept,) = Assignment.objects.filter(incident=card)
    assert (kept.agency, kept.ended_at, kept.returned, card.returns) == (town.water, None, False, 0)
    assert clocks_of(card) == before


def test_it_counts_and_teaches_as_a_return_does_and_no_switch_acts(town: Town) -> None:
    """The same card by hand: given back, and assigned by the operator as the executor would have passed it."""
    rule = town.rule
    rows = []
    for passed in (True, False):
        card = town.assigned()
        if passed:
            pass_further(card, town.roads, town.executor, clock.now(), "another_agency")
        else:
            give_back(card, town.executor, clock.now(), "another_agency")
            decision = Decision(town.roads, town.pipe, town.city, "solvable")
            assign(Incident.objects.get(pk=card.pk), decision, town.operator, clock.now())
        first, second = Assignment.objects.filter(incident=card).order_by("pk")
        rows.append((first.returned, first.overruled_at is not None, first.rule, first.heeded, second.returned))
        assert Incident.objects.get(pk=card.pk).returns == 1
        assert second.ended_at is None
    assert rows[0] == rows[1] == (True, True, rule, Assignment.Heeded.TAKEN, False)
    Automatic.objects.create(theme=town.pipe, on=True, theme_percent=1, agency_percent=1)
    card = town.assigned()
    before = Suggestion.objects.filter(incident=card).count()
    pass_further(card, town.roads, town.executor, clock.now(), "not_our_matter")
    assert Suggestion.objects.filter(incident=card).count() == before + 1
    assert Suggestion.objects.filter(incident=card).latest("pk").agency_id != town.water.pk
    assert not Assignment.objects.filter(incident=card, automatic__isnull=False).exists()


def test_it_goes_on_with_a_reason_and_never_back_and_the_form_offers_whom_the_rules_name(town: Town) -> None:
    card, closed = town.assigned(), Agency.objects.create(code="closed", name="Закрыто", active=False)
    for agency in ("", "x", 999, closed.pk):
        assert passing(town.executor, card, agency).status_code == 422
    for reason in ("", "already_answered", "мне лень"):
        assert passing(town.executor, card, town.roads.pk, reason).status_code == 422
    assert reread(card).agency == town.water
    Incident.objects.filter(pk=card.pk).update(state=State.APPROVAL)
    assert passing(town.executor, card, town.roads.pk).status_code == 409
    assert Assignment.objects.get(incident=card).ended_at is None
    card = town.assigned()
    assert passing(town.executor, card, town.water.pk).status_code == 409
    pass_further(card, town.roads, town.executor, clock.now(), "another_agency")
    card.refresh_from_db()
    assert_answers(passing(town.other, card, town.water.pk), 409, "уже сказало «не наше»")
    with pytest.raises(NotThere, match="same"):
        pass_further(card, town.roads, town.other, clock.now(), "another_agency")
    assert f'value="{town.water.pk}"' not in page_at(town.other, f"/incidents/{card.pk}/passing/")
    Rule.objects.create(theme=town.pipe, agency=town.roads)
    card = town.assigned()
    address = f"/incidents/{card.pk}/passing/"
    page = page_at(town.executor, address)
    assert ("(по правилам)" in page, f'value="{town.water.pk}"' in page) == (True, False)
    Incident.objects.filter(pk=card.pk).update(state=State.RATING)
    assert "Передать отсюда некому" in page_at(town.executor, address)

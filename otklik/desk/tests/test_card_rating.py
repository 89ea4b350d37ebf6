"""What the operator says the author meant, and what that does to the card; votes by the open link stand apart."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone

from otklik.desk.tests.pages import reread
from otklik.feedback.models import Rating, Unconfirmed
from otklik.people.models import User
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def post(user: User, address: str, **fields: Any) -> HttpResponse:
    return signed_in(user).post(address, fields, headers={"X-Fragment": "1"})  # type: ignore[return-value]


def test_a_bad_word_waits_for_the_operators_choice_and_opens_the_card_by_it(town: Town) -> None:
    card = town.replied("спасибо, но воды до сих пор нет")
    rating = Rating.objects.get(incident=card)
    assert (rating.mark, rating.solved) == (None, "no")
    where = f"/ratings/{rating.pk}/confirmation/"
    for nothing in ({"mark": 9}, {"solved": "maybe"}, {}, {"mark": "", "solved": ""}):
        assert post(town.operator, where, **nothing).status_code == 422
    reply = post(town.operator, where, solved="no", mark="")
    assert reply.status_code == 200
    page = reply.content.decode()
    for way in ("Ждёт вашего решения", "Открыть снова", "Разъяснить", "Принять к сведению"):
        assert way in page
    assert (reread(card).state, card.reopened, reread(rating).waits_since is not None) == ("rating", 0, True)
    assert post(town.operator, f"/incidents/{card.pk}/reopening/").status_code == 200
    card.refresh_from_db()
    rating.refresh_from_db()
    assert (card.state, card.reopened) == ("in_work", 1)
    assert (rating.waits_since, rating.dealt_how, rating.dealt_by) == (None, "reopened", town.operator)


def test_a_bad_word_is_confirmed_and_the_card_opened_in_one_press(town: Town) -> None:
    card = town.replied("спасибо, но воды до сих пор нет")
    rating = Rating.objects.get(incident=card)
    assert post(town.operator, f"/ratings/{rating.pk}/confirmation/", solved="no", again="yes").status_code == 200
    card.refresh_from_db()
    rating.refresh_from_db()
    assert (card.state, rating.mark, rating.solved, rating.dealt_how) == ("in_work", None, "no", "reopened")


def test_the_press_that_opens_a_card_does_nothing_to_a_good_word(town: Town) -> None:
    card = town.replied("починили, ставлю 5")
    rating = Rating.objects.get(incident=card)
    assert (rating.mark, rating.solved) == (5, "yes")
    post(town.operator, f"/ratings/{rating.pk}/confirmation/", mark=5, solved="yes", again="yes")
    assert reread(card).state == "done"


def test_votes_by_the_open_link_are_shown_apart_and_move_nothing(town: Town) -> None:
    card = town.published()
    survey = card.surveys.get()
    client = signed_in(town.operator)
    assert "Голоса без подтверждения" not in client.get(f"/incidents/{card.pk}/").content.decode()
    for mark in (1, 5):
        Unconfirmed.objects.create(survey=survey, mark=mark, solved="no", reason=f"голос {mark}", at=timezone.now())
    assert "Голоса без подтверждения: 2" in client.get(f"/incidents/{card.pk}/").content.decode()
    part = client.get(f"/incidents/{card.pk}/unconfirmed/").content.decode()
    assert part.index("голос 5") < part.index("голос 1")
    assert signed_in(town.other).get(f"/incidents/{card.pk}/unconfirmed/").status_code == 404

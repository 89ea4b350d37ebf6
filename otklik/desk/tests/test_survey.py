"""The page behind the survey's link: the author alone has the key, and the page tells nothing of him."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from otklik.desk.survey import chosen
from otklik.desk.tests.card_data import Town
from otklik.feedback.models import Rating, Survey
from otklik.incidents.models import CloseReason, Incident, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(town: Town) -> Survey:
    return Survey.objects.get(incident=town.published())


def address(survey: Survey) -> str:
    return f"/s/{survey.key}/"


def test_no_sign_in_is_asked_and_nothing_of_the_author_is_shown(survey: Survey) -> None:
    reply = Client().get(address(survey))
    page = reply.content.decode()
    assert reply.status_code == 200
    assert "Нет холодной воды" in page
    assert "Город Ёлкино" in page
    for private in ("Анна Жилина", "Третий день нет воды", "улица Мира", "vk.com", "трубу заменили"):
        assert private not in page
    assert "no-store" in reply["Cache-Control"]
    assert " style=" not in page


@pytest.mark.parametrize("key", ["nope", "x" * 40, "%0A", "..%2F", "-", "'--", "ключ"])
def test_an_unknown_key_is_a_kind_404(db: None, key: str) -> None:
    reply = Client().get(f"/s/{key}/")
    assert reply.status_code == 404
    assert Client().post(f"/s/{key}/", {"mark": "5"}).status_code == 404


def test_an_outdated_link_looks_like_an_unknown_one(survey: Survey) -> None:
    Survey.objects.filter(pk=survey.pk).update(opened_at=timezone.now() - timedelta(days=30, minutes=1))
    reply = Client().get(address(survey))
    assert reply.status_code == 404
    assert reply.content == Client().get("/s/nope/").content
    assert Client().post(address(survey), {"mark": "5"}).status_code == 404
    assert not Rating.objects.exists()


def test_a_good_mark_closes_the_card(survey: Survey) -> None:
    reply = Client().post(address(survey), {"mark": "5"})
    assert (reply.status_code, reply["Location"]) == (302, address(survey))
    card = Incident.objects.get(pk=survey.incident_id)
    assert (card.state, card.close_reason) == (State.DONE, CloseReason.SCORE)
    assert "Спасибо" in Client().get(address(survey)).content.decode()


def test_a_bad_mark_opens_the_card_again_and_the_page_says_so(survey: Survey) -> None:
    Client().post(address(survey), {"helped": "no"})
    assert Incident.objects.get(pk=survey.incident_id).state == State.IN_WORK
    assert "вернулись к вашему вопросу" in Client().get(address(survey)).content.decode()


def test_looking_changes_nothing(survey: Survey) -> None:
    Client().get(address(survey) + "?mark=1")
    Client().head(address(survey))
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    "form", [{}, {"mark": "6"}, {"mark": "0"}, {"mark": "-1"}, {"mark": "5.0"}, {"mark": "٥"}, {"helped": "<b>"}]
)
def test_what_is_no_answer_is_asked_for_again(survey: Survey, form: dict[str, str]) -> None:
    reply = Client().post(address(survey), form)
    assert reply.status_code == 422
    assert 'role="alert"' in reply.content.decode()
    assert not Rating.objects.exists()


def test_a_forged_form_does_not_get_through(survey: Survey) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address(survey), {"mark": "1"}).status_code == 403
    strict.get(address(survey))
    token = strict.cookies["csrftoken"].value
    assert strict.post(address(survey), {"mark": "1", "csrfmiddlewaretoken": token}).status_code == 302


def test_a_second_answer_replaces_the_first_for_a_day(survey: Survey) -> None:
    Client().post(address(survey), {"mark": "5"})
    Client().post(address(survey), {"mark": "4"})
    assert Rating.objects.get().mark == 4
    Rating.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))
    Survey.objects.update(opened_at=timezone.now() - timedelta(days=2))
    late = Client().post(address(survey), {"mark": "1"})
    assert late.status_code == 409
    assert Rating.objects.get().mark == 4
    assert "<form" not in Client().get(address(survey)).content.decode()


@pytest.mark.parametrize(
    ("mark", "helped", "counts"),
    [("", "yes", 5), ("", "partly", 3), ("", "no", 1), ("4", "no", 4), ("9", "yes", 5), ("", "", None)],
)
def test_a_mark_outweighs_the_word(mark: str, helped: str, counts: int | None) -> None:
    assert chosen(mark, helped) == counts


def test_ten_queries_are_enough(survey: Survey, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(10):
        Client().get(address(survey))

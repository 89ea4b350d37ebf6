"""The page behind the survey's link: the author alone has the key of his own, and the page tells nothing of anybody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from otklik.desk.tests.pages import assert_answers, at_most
from otklik.feedback.models import Rating, Survey, Unconfirmed
from otklik.incidents.models import CloseReason, Incident, State
from otklik.journal.models import Entry
from tests.make.town import Town

pytestmark = pytest.mark.django_db
OPEN = "a-key-for-everybody-1234"


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def survey(town: Town) -> Survey:
    found = Survey.objects.get(incident=town.published())
    Survey.objects.filter(pk=found.pk).update(open_key=OPEN)
    return found


def address(survey: Survey) -> str:
    return f"/s/{survey.key}/"


@pytest.fixture(params=["own", "everybody's"])
def link(request: pytest.FixtureRequest, survey: Survey) -> str:
    """The author's own, and the one that stands open in the network."""
    return address(survey) if request.param == "own" else EVERYBODYS


EVERYBODYS = f"/s/{OPEN}/"


def phone() -> Client:
    """As a browser comes from a page that lets no referrer out: with «Origin: null», and no cookie of ours."""
    return Client(enforce_csrf_checks=True, headers={"Origin": "null"})


def standing() -> tuple[object, ...]:
    return (
        list(Rating.objects.values()),
        list(Unconfirmed.objects.values()),
        list(Survey.objects.values()),
        list(Incident.objects.values_list("pk", "state", "revision")),
        Entry.objects.count(),
    )


def test_no_sign_in_is_asked_and_nothing_of_the_author_is_shown(link: str) -> None:
    reply = phone().get(link)
    page = assert_answers(reply, 200, "Нет холодной воды", "Город Ёлкино")
    private = ("Анна Жилина", "Третий день нет воды", "улица Мира", "vk.com", "трубу заменили", "№")
    assert [word for word in (*private, " style=", "<script") if word in page] == []
    assert not reply.cookies


@pytest.mark.parametrize("method", ["get", "head", "post", "put"])
def test_nothing_carries_the_address_on(survey: Survey, method: str) -> None:
    status = {"put": 405, "post": 422}.get(method, 200)
    unknown = 405 if method == "put" else 404
    for where, expected in ((address(survey), status), (EVERYBODYS, status), ("/s/nope/", unknown)):
        reply = getattr(phone(), method)(where)
        assert reply.status_code == expected, where
        assert reply["Referrer-Policy"] == "no-referrer"
        assert "no-store" in reply["Cache-Control"]
        assert "noindex" in reply["X-Robots-Tag"]


def test_an_unknown_key_is_a_kind_404(db: None) -> None:
    for key in ("nope", "x" * 40, "%0A", "..%2F", "-", "'--", "ключ"):
        assert phone().get(f"/s/{key}/").status_code == 404, key
        assert phone().post(f"/s/{key}/", {"mark": "5"}).status_code == 404, key


def test_an_outdated_link_looks_like_an_unknown_one(survey: Survey, link: str) -> None:
    Survey.objects.filter(pk=survey.pk).update(opened_at=timezone.now() - timedelta(days=30, minutes=1))
    reply = phone().get(link)
    assert (reply.status_code, reply.content) == (404, phone().get("/s/nope/").content)
    assert phone().post(link, {"mark": "5"}).status_code == 404
    assert not Rating.objects.exists()
    assert not Unconfirmed.objects.exists()


def test_whoever_guesses_keys_is_slowed_down(survey: Survey) -> None:
    told = [phone().get(f"/s/guess-{number}/").status_code for number in range(40)]
    assert told[0] == 404
    assert told[-1] == 429
    assert phone().get(address(survey)).status_code == 200


@pytest.mark.parametrize("form", [{"mark": "5"}, {"solved": "yes"}, {"mark": "4", "solved": "yes", "reason": "  "}])
def test_a_good_word_closes_the_card(survey: Survey, form: dict[str, str]) -> None:
    reply = phone().post(address(survey), form)
    assert (reply.status_code, reply["Location"]) == (302, address(survey))
    card = Incident.objects.get(pk=survey.incident_id)
    assert (card.state, card.close_reason) == (State.DONE, CloseReason.SCORE)
    told = Rating.objects.get()
    assert (str(told.mark or ""), told.solved) == (form.get("mark", ""), form.get("solved", ""))
    assert "Спасибо" in phone().get(address(survey)).content.decode()


@pytest.mark.parametrize("form", [{"solved": "no"}, {"mark": "2"}, {"mark": "5", "reason": "А соседний двор?"}])
def test_a_complaint_opens_nothing_and_a_person_will_read_it(survey: Survey, form: dict[str, str]) -> None:
    phone().post(address(survey), form)
    assert Incident.objects.get(pk=survey.incident_id).state == State.RATING
    assert Rating.objects.get().waits_since is not None
    assert "прочтёт человек" in phone().get(address(survey)).content.decode()


def test_a_robot_that_looks_at_links_votes_for_nobody(link: str) -> None:
    before, voting = standing(), f"{link}?mark=1&solved=no&reason=x"
    for headers in ({}, {"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"User-Agent": "vkShare"}):
        robot = Client(headers=headers)
        statuses = [ask(voting).status_code for ask in (robot.get, robot.head, robot.options)]
        assert statuses == [200, 200, 405], headers
    assert standing() == before


NO_ANSWERS: list[dict[str, str]] = [
    {},
    {"mark": "6"},
    {"mark": "0"},
    {"mark": "-1"},
    {"mark": "5.0"},
    {"mark": "٥"},
    {"solved": "<b>"},
    {"mark": "9", "solved": "yes"},
    {"reason": "только слова"},
    {"mark": "5", "reason": "я" * 1001},
]


def test_what_is_no_answer_is_asked_for_again_and_what_was_typed_stays(link: str) -> None:
    before = standing()
    for form in NO_ANSWERS:
        assert_answers(phone().post(link, form), 422, 'role="alert"', form.get("reason", ""))
        assert standing() == before, form


FORM = "application/x-www-form-urlencoded"
HOSTILE_BODIES = (
    ("multipart/form-data; boundary=x", b"--x"),
    ("multipart/form-data", b"mark=5"),
    ("application/json", b'{"mark": 5}'),
    (FORM, b"mark=%00%ff&solved=%ed%a0%80"),
    (FORM, b"a=1&" * 3000),
    (FORM, b"mark=5&reason=" + b"x" * 70_000),
    ("text/plain; charset=nonsense", b"mark=5"),
)


def test_a_hostile_body_is_refused_in_plain_words(link: str) -> None:
    before = standing()
    for content_type, body in HOSTILE_BODIES:
        reply = phone().generic("POST", link, body, content_type=content_type)
        assert_answers(reply, 422, 'role="alert"')
        assert reply["Referrer-Policy"] == "no-referrer"
    assert standing() == before


def test_what_both_databases_cannot_hold_is_kept_as_they_can(survey: Survey) -> None:
    phone().post(address(survey), {"mark": "1", "reason": "вода\x00 есть\r\n<script>"})
    assert Rating.objects.get().reason == "вода\ufffd есть\n<script>"
    assert "<script>" not in phone().get(address(survey)).content.decode()


def test_a_second_answer_replaces_the_first_for_a_day(survey: Survey) -> None:
    phone().post(address(survey), {"mark": "5"})
    phone().post(address(survey), {"mark": "4", "solved": "yes"})
    told = Rating.objects.get()
    assert (told.mark, told.solved) == (4, "yes")
    Rating.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))
    Survey.objects.update(opened_at=timezone.now() - timedelta(days=2))
    before = standing()
    late = phone().post(address(survey), {"mark": "1"})
    assert late.status_code == 409
    assert standing() == before
    assert "<form" not in phone().get(address(survey)).content.decode()


def test_a_replayed_form_changes_nothing(survey: Survey) -> None:
    phone().post(address(survey), {"mark": "2", "solved": "no"})
    before = standing()
    phone().post(address(survey), {"mark": "2", "solved": "no"})
    assert standing() == before


def test_two_browsers_have_two_votes_by_the_open_link_and_each_its_own(survey: Survey) -> None:
    one, other = phone(), phone()
    reply = one.post(EVERYBODYS, {"mark": "5"})
    assert (reply.status_code, reply["Location"]) == (302, EVERYBODYS)
    cookie = reply.cookies["voice"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (EVERYBODYS, True, "Lax")
    one.post(EVERYBODYS, {"mark": "4", "solved": "yes"})
    other.post(EVERYBODYS, {"mark": "1"})
    told = list(Unconfirmed.objects.order_by("pk").values_list("mark", "solved"))
    assert told == [(4, "yes"), (1, "")]
    assert "Изменить ответ" in one.get(EVERYBODYS).content.decode()
    assert "Изменить ответ" not in phone().get(EVERYBODYS).content.decode()
    assert not Rating.objects.exists()
    assert Incident.objects.get(pk=survey.incident_id).state == State.RATING


def test_a_browsers_vote_is_changed_for_a_day_alone(survey: Survey) -> None:
    mine = phone()
    mine.post(EVERYBODYS, {"mark": "5"})
    Unconfirmed.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))
    before = standing()
    assert mine.post(EVERYBODYS, {"mark": "1"}).status_code == 409
    assert standing() == before


@pytest.mark.parametrize("forged", ["1", "1:forged", "", "x" * 5000])
def test_a_forged_cookie_is_nobodys_vote(survey: Survey, forged: str) -> None:
    Unconfirmed.objects.create(survey=survey, mark=5, at=timezone.now())
    stranger = phone()
    stranger.cookies["voice"] = forged
    assert "Изменить ответ" not in stranger.get(EVERYBODYS).content.decode()
    stranger.post(EVERYBODYS, {"mark": "1"})
    assert list(Unconfirmed.objects.order_by("mark").values_list("mark", flat=True)) == [1, 5]


def test_a_cookie_of_one_survey_changes_no_vote_of_another(survey: Survey, town: Town) -> None:
    second = Survey.objects.get(incident=town.published())
    Survey.objects.filter(pk=second.pk).update(open_key="another-open-key")
    mine = phone()
    mine.post(EVERYBODYS, {"mark": "5"})
    thief = phone()
    thief.cookies["voice"] = mine.cookies["voice"].value
    thief.post("/s/another-open-key/", {"mark": "1"})
    assert Unconfirmed.objects.get(survey=survey).mark == 5
    assert Unconfirmed.objects.get(survey=second).mark == 1


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_speaks_the_language_that_is_chosen_on_it(survey: Survey, language: str) -> None:
    link = f"{address(survey)}?lang={language}"
    page = assert_answers(phone().get(link), 200, f'<html lang="{language}"')
    assert ("Помог ли вам наш ответ?" in page) == (language == "ru")
    reply = phone().post(link, {"mark": "5"})
    assert reply["Location"] == link


def test_a_language_that_nobody_knows_is_none(survey: Survey) -> None:
    assert phone().get(f"{address(survey)}?lang=<script>").status_code == 200


@pytest.mark.parametrize("form", [None, {"mark": "1", "solved": "no", "reason": "Темно"}], ids=["look", "say"])
def test_few_queries_are_enough(link: str, form: dict[str, Any] | None) -> None:
    with at_most(40 if form else 5):
        phone().post(link, form) if form else phone().get(link)

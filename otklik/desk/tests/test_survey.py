"""The page behind the survey's link: the author alone has the key of his own, and the page tells nothing of anybody."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from otklik.desk.tests.pages import assert_answers, assert_shows, at_most, outsider, page_at
from otklik.feedback.models import Rating, Survey, Unconfirmed
from otklik.inbox.models import Message
from otklik.incidents.models import CloseReason, Incident, State
from otklik.journal.models import Entry
from tests.make.town import Town

pytestmark = pytest.mark.usefixtures("patience")
OPEN = "a-key-for-everybody-1234"
EVERYBODYS = f"/s/{OPEN}/"


def asked(town: Town, key: str = "") -> Survey:
    made = Survey.objects.get(incident=town.published())
    Survey.objects.filter(pk=made.pk).update(open_key=key)
    return made


@pytest.fixture
def survey(town: Town) -> Survey:
    return asked(town, OPEN)


@pytest.fixture
def own(survey: Survey) -> str:
    """The author's own link, beside the one that stands open in the network."""
    return f"/s/{survey.key}/"


def standing() -> tuple[object, ...]:
    return (
        list(Rating.objects.values()),
        list(Unconfirmed.objects.values()),
        list(Survey.objects.values()),
        list(Incident.objects.values_list("pk", "state", "revision")),
        Entry.objects.count(),
    )


def test_the_page_asks_no_sign_in_shows_nothing_of_the_author_and_counts_no_robot(own: str) -> None:
    for method, status, unknown in (("get", 200, 404), ("head", 200, 404), ("post", 422, 404), ("put", 405, 405)):
        for where, expected in ((own, status), (EVERYBODYS, status), ("/s/nope/", unknown)):
            reply = getattr(outsider(), method)(where)
            assert reply.status_code == expected, (method, where)
            assert reply["Referrer-Policy"] == "no-referrer"
            assert "no-store" in reply["Cache-Control"]
            assert "noindex" in reply["X-Robots-Tag"]
    before = standing()
    for link in (own, EVERYBODYS):
        for headers in ({}, {"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"User-Agent": "vkShare"}):
            robot = Client(headers=headers)
            voting = f"{link}?mark=1&solved=no&reason=x"
            statuses = [ask(voting).status_code for ask in (robot.get, robot.head, robot.options)]
            assert statuses == [200, 200, 405], headers
    assert standing() == before
    private = ("Анна Жилина", "Нет холодной воды", "vk.com", "трубу заменили", "№")
    for link in (own, EVERYBODYS):
        with at_most(5):
            reply = outsider().get(link)
        shows = ("Третий день нет воды", "Город Ёлкино")
        assert_answers(reply, 200, *shows, hides=(*private, " style=", "<script"))
        assert not reply.cookies
        with at_most(40):
            outsider().post(link, {"mark": "1", "solved": "no", "reason": "Темно"})


def test_each_reads_the_first_words_of_his_own_and_everybody_what_stands_in_public_without_personal_data(
    survey: Survey, own: str
) -> None:
    written = Message.objects.filter(pk=survey.sent.delivery.message_id)
    written.update(text=f"Нет воды, кв. 12, звоните +7 918 123-45-67. Анна Жилина. <b>{'очень долго ' * 30}")
    assert_shows(page_at(outsider(), own), "кв. 12", "+7 918 123-45-67", "долго…", hides=["<b>"])
    assert_shows(page_at(outsider(), EVERYBODYS), "Нет воды", "[телефон]", hides=["кв. 12", "918", "Жилина", "<b>"])
    written.update(place=Message.Place.DIRECT)
    assert "Нет воды" not in page_at(outsider(), EVERYBODYS)
    written.update(place=Message.Place.COMMENT, deleted_at=timezone.now())
    for link in (own, EVERYBODYS):
        assert_shows(page_at(outsider(), link), "Город Ёлкино.", hides=["Нет воды", "sv-quote"])


def test_an_outdated_link_looks_like_an_unknown_one_and_guessing_is_slowed_down(survey: Survey, own: str) -> None:
    for key in ("nope", "x" * 40, "%0A", "..%2F", "-", "'--", "ключ"):
        assert outsider().get(f"/s/{key}/").status_code == 404, key
        assert outsider().post(f"/s/{key}/", {"mark": "5"}).status_code == 404, key
    rows, before = Survey.objects.filter(pk=survey.pk), standing()
    rows.update(opened_at=timezone.now() - timedelta(days=30, minutes=1))
    for link in (own, EVERYBODYS):
        reply = outsider().get(link)
        assert (reply.status_code, reply.content) == (404, outsider().get("/s/nope/").content)
        assert outsider().post(link, {"mark": "5"}).status_code == 404
    rows.update(opened_at=survey.opened_at)
    assert standing() == before
    cache.clear()
    statuses = [outsider().get(f"/s/guess-{number}/").status_code for number in range(40)]
    assert (statuses[0], statuses[-1]) == (404, 429)
    assert outsider().get(own).status_code == 200


def test_a_good_word_closes_the_card_and_a_complaint_opens_nothing_and_a_person_will_read_it(town: Town) -> None:
    for good, form in (
        *((True, form) for form in ({"mark": "5"}, {"solved": "yes"}, {"mark": "4", "solved": "yes", "reason": "  "})),
        *((False, form) for form in ({"solved": "no"}, {"mark": "2"}, {"mark": "5", "reason": "А соседний двор?"})),
    ):
        survey = asked(town)
        link = f"/s/{survey.key}/"
        reply = outsider().post(link, form)
        assert (reply.status_code, reply["Location"]) == (302, link)
        rating, card = Rating.objects.get(survey=survey), Incident.objects.get(pk=survey.incident_id)
        ended = (State.DONE, CloseReason.SCORE) if good else (State.RATING, "")
        assert (card.state, card.close_reason) == ended, form
        assert (str(rating.mark or ""), rating.solved) == (form.get("mark", ""), form.get("solved", ""))
        assert (rating.waits_since is None) == good, form
        assert ("Спасибо" if good else "прочтёт человек") in page_at(outsider(), link)


NO_ANSWERS: list[dict[str, str]] = [
    *({"mark": mark} for mark in ("6", "0", "-1", "5.0", "٥")),
    *({}, {"solved": "<b>"}, {"mark": "9", "solved": "yes"}, {"reason": "только слова"}),
    {"mark": "5", "reason": "я" * 1001},
]
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


def test_what_is_no_answer_is_asked_for_again_in_plain_words_and_what_was_typed_stays(own: str) -> None:
    before = standing()
    for link in (own, EVERYBODYS):
        cache.clear()
        for form in NO_ANSWERS:
            assert_answers(outsider().post(link, form), 422, 'role="alert"', form.get("reason", ""))
            assert standing() == before, form
        cache.clear()
        for content_type, body in HOSTILE_BODIES:
            reply = outsider().generic("POST", link, body, content_type=content_type)
            assert_answers(reply, 422, 'role="alert"')
            assert reply["Referrer-Policy"] == "no-referrer"
        assert standing() == before


def test_a_second_answer_replaces_the_first_for_a_day_and_a_replayed_one_changes_nothing(own: str) -> None:
    outsider().post(own, {"mark": "5"})
    outsider().post(own, {"mark": "1", "reason": "вода\x00 есть\r\n<script>"})
    rating = Rating.objects.get()
    assert (rating.mark, rating.reason) == (1, "вода\ufffd есть\n<script>"), "as both databases can hold it"
    assert "<script>" not in page_at(outsider(), own)
    before = standing()
    outsider().post(own, {"mark": "1", "reason": "вода\x00 есть\r\n<script>"})
    assert standing() == before
    Rating.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))
    Survey.objects.update(opened_at=timezone.now() - timedelta(days=2))
    before = standing()
    assert outsider().post(own, {"mark": "1"}).status_code == 409
    assert standing() == before
    assert "<form" not in page_at(outsider(), own)


def test_two_browsers_have_two_votes_by_the_open_link_and_each_its_own_for_a_day(survey: Survey) -> None:
    one, other = outsider(), outsider()
    reply = one.post(EVERYBODYS, {"mark": "5"})
    assert (reply.status_code, reply["Location"]) == (302, EVERYBODYS)
    cookie = reply.cookies["voice"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (EVERYBODYS, True, "Lax")
    one.post(EVERYBODYS, {"mark": "4", "solved": "yes"})
    other.post(EVERYBODYS, {"mark": "1"})
    assert list(Unconfirmed.objects.order_by("pk").values_list("mark", "solved")) == [(4, "yes"), (1, "")]
    assert "Изменить ответ" in page_at(one, EVERYBODYS)
    assert "Изменить ответ" not in page_at(outsider(), EVERYBODYS)
    assert not Rating.objects.exists()
    assert Incident.objects.get(pk=survey.incident_id).state == State.RATING
    Unconfirmed.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))
    before = standing()
    assert one.post(EVERYBODYS, {"mark": "1"}).status_code == 409
    assert standing() == before


def test_a_forged_cookie_and_that_of_another_survey_are_nobodys_vote(survey: Survey, town: Town) -> None:
    second, mine = asked(town, "another-open-key"), outsider()
    mine.post(EVERYBODYS, {"mark": "5"})
    forged = ("1", "1:forged", "", "x" * 5000)
    for cookie in forged:
        stranger = outsider()
        stranger.cookies["voice"] = cookie
        assert "Изменить ответ" not in page_at(stranger, EVERYBODYS)
        stranger.post(EVERYBODYS, {"mark": "1"})
    votes = Unconfirmed.objects.filter(survey=survey).order_by("mark").values_list("mark", flat=True)
    assert list(votes) == [1] * len(forged) + [5]
    thief = outsider()
    thief.cookies["voice"] = mine.cookies["voice"].value
    thief.post("/s/another-open-key/", {"mark": "1"})
    assert list(votes.all()) == [1] * len(forged) + [5]
    assert Unconfirmed.objects.get(survey=second).mark == 1


def test_the_page_speaks_the_language_that_is_chosen_on_it(town: Town, own: str) -> None:
    assert outsider().get(f"{own}?lang=<script>").status_code == 200
    for language in ("ru", "en"):
        link = f"/s/{asked(town).key}/?lang={language}"
        page = page_at(outsider(), link)
        assert_shows(page, f'<html lang="{language}"')
        assert ("Помог ли вам наш ответ?" in page) == (language == "ru")
        assert outsider().post(link, {"mark": "5"})["Location"] == link

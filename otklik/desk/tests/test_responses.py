"""«Отклики»: what authors said of our answers waits for whoever may open the card again, and is dealt with once."""

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.tests.pages import assert_answers, assert_shows, exactly, number_in_rail, page_at
from otklik.feedback import survey as own
from otklik.feedback.models import Rating, Survey
from otklik.feedback.opinion import Opinion
from otklik.feedback.wait import close_silent
from otklik.incidents.models import Incident, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.models import User
from otklik.publishing.models import Delivery
from tests.make.people import signed_in
from tests.make.town import LEASE, Town

JSON = {"X-Fragment": "1", "Accept": "application/json, text/html"}
UNDO = re.compile(r'data-undo="([^"]+)"')
WAYS = ("reopening", "explanation", "noting")


def response(town: Town, mark: int | None = 2, solved: str = "", reason: str = "") -> Rating:
    """A card was answered, and its author said so by his link."""
    return own.answer(Survey.objects.get(incident=town.published()), Opinion(mark, solved, reason), timezone.now())


def silent(rating: Rating) -> None:
    """The wait of its card is over."""
    Survey.objects.filter(incident=rating.incident_id).update(due_at=timezone.now(), closed_at=None)
    with book.turn():
        close_silent(claim(Survey, timezone.now() + timedelta(seconds=1), LEASE, 10), timezone.now())


def page(town: Town, **query: str | int) -> str:
    return page_at(town.operator, "/responses/", **query)


def deal(user: User, rating: Rating, how: str, **form: str) -> Any:
    return signed_in(user).post(f"/ratings/{rating.pk}/{how}/", form, headers=JSON)


def undo(user: User, reply: Any) -> None:
    signed_in(user).post("/undo/", {"batch": reply.json()["undo"]})


def fresh(rating: Rating) -> tuple[Rating, Incident]:
    return Rating.objects.get(pk=rating.pk), Incident.objects.get(pk=rating.incident_id)


def test_the_newest_word_comes_first_with_what_was_asked_and_answered_and_the_list_is_turned(town: Town) -> None:
    response(town, 5, "yes")
    assert "Никто не ждёт" in page(town), "good words are not there"
    older, newer = response(town, 2), response(town, None, "no", "Обещали <b>вчера</b>")
    shown, first, second = page(town), f"№ {newer.incident.number}", f"№ {older.incident.number}"
    assert shown.index(first) < shown.index(second)
    assert_shows(shown, "Обещали &lt;b&gt;вчера", "не решена", "2 из 5", "Третий день нет воды", "трубу заменили")
    assert_shows(page(town, before=newer.pk), second, hides=[first])
    assert "Дальше ничего нет" in page(town, before=1)
    for nonsense in ("x", "-5", "9" * 40, "<b>"):
        assert first in page(town, before=nonsense)


def test_a_reply_waits_before_anybody_confirms_it_and_only_who_may_open_the_card_deals_with_it(town: Town) -> None:
    rating = Rating.objects.get(incident=town.replied("так и не починили"))
    assert_shows(page(town), "так и не починили", "прочитано машиной", "Открыть снова", "Это не оценка", "не решена")
    assert number_in_rail(town.operator, "responses") == "1"
    signed_in(town.operator).post(f"/ratings/{rating.pk}/confirmation/", {"solved": "no"})
    assert_shows(page(town), "так и не починили", "Принять к сведению", hides=["прочитано машиной"])
    unclear = Rating.objects.get(incident=town.replied("А на Мира?"))
    assert_shows(page(town), "А на Мира?", "машина не поняла")
    assert_shows(page_at(town.operator, f"/incidents/{unclear.incident_id}/"), "Машина не поняла, доволен ли житель")
    assert deal(town.operator, unclear, "confirmation").status_code == 422
    reply = deal(town.operator, unclear, "dismissal")
    assert "А на Мира?" not in page(town)
    signed_in(town.operator).post("/undo/", {"batch": UNDO.findall(reply.content.decode())[0]})
    assert "А на Мира?" in page(town)
    happy = Rating.objects.get(incident=town.replied())
    assert [deal(town.operator, happy, how, words="Знаем").status_code for how in WAYS] == [409] * 3
    deal(town.operator, unclear, "reopening")
    fresh_rating, card = fresh(unclear)
    assert (fresh_rating.dealt_how, fresh_rating.confirmed_at, card.state) == ("reopened", None, State.IN_WORK)
    rating = response(town)
    for how in WAYS:
        assert signed_in(town.operator).get(f"/ratings/{rating.pk}/{how}/").status_code == 405
        for user in (town.executor, town.approver, town.auditor, town.other, town.stranger):
            assert deal(user, rating, how, words="Знаем").status_code in (403, 404), (how, user.username)
    assert fresh(rating)[0].waits_since is not None
    assert signed_in(town.operator).post("/ratings/999999/noting/", {"words": "Знаем"}).status_code == 404


def test_opening_again_and_taking_note_deal_with_it_once_and_can_be_taken_back(town: Town) -> None:
    rating = response(town)
    reply = deal(town.operator, rating, "reopening")
    fresh_rating, card = fresh(rating)
    assert (fresh_rating.waits_since, fresh_rating.dealt_how, fresh_rating.dealt_by) == (
        None,
        "reopened",
        town.operator,
    )
    assert (card.state, card.reopened) == (State.IN_WORK, 1)
    undo(town.operator, reply)
    fresh_rating, card = fresh(rating)
    assert (fresh_rating.waits_since is not None, fresh_rating.dealt_how, card.state) == (True, "", State.RATING)
    rating = response(town)
    assert [deal(town.operator, rating, "noting", words=words).status_code for words in ("", "  ")] == [422, 422]
    assert fresh(rating)[0].waits_since is not None
    reply = deal(town.operator, rating, "noting", words="Ремонт в мае")
    fresh_rating, card = fresh(rating)
    assert (fresh_rating.dealt_how, card.state, card.close_reason) == ("noted", State.DONE, "score")
    entry = Entry.objects.get(verb="incident.word_noted")
    assert entry.free_reason.text == "Ремонт в мае"
    assert "мае" not in str(entry.data)
    entries = Entry.objects.count()
    assert [deal(town.colleague, rating, how, words="Знаем").status_code for how in WAYS] == [409] * 3
    assert Entry.objects.count() == entries
    undo(town.operator, reply)
    fresh_rating, card = fresh(rating)
    assert (fresh_rating.waits_since is not None, card.state) == (True, State.RATING)


def test_a_word_on_an_interim_answer_is_read_and_decided_on_like_any_other(town: Town) -> None:
    day = timezone.localdate() + timedelta(days=9)
    card = town.published(text=f"Починим до {day:%d.%m.%Y}", kind="interim", outcome="", promised_on=day)
    for words in ("Спасибо, починили", "Ничего не сделали!"):
        town.reply(card, words)
    rating, card = fresh(Rating.objects.get(waits_since__isnull=False))
    assert (card.state, rating.message and rating.message.text) == (State.POSTPONED, "Ничего не сделали!")
    assert_shows(page(town), "Открыть снова", ">Разъяснить<", "Что он имел в виду", "Починим до")
    address = f"/incidents/{card.pk}/"
    assert_shows(page_at(town.operator, address), "Похоже, недоволен", "Подтвердить и открыть снова", "Похоже, доволен")
    deal(town.operator, rating, "reopening")
    rating, card = fresh(rating)
    assert (card.state, card.reopened, rating.dealt_how) == (State.IN_WORK, 1, "reopened")
    assert_shows(
        page_at(town.operator, address), "Что сказал житель", hides=["Похоже, доволен", "Подтвердить и открыть"]
    )


def test_explaining_is_done_when_the_answer_is_said_but_for_a_word_that_came_since(town: Town) -> None:
    rating = response(town, None, "no")
    reply = signed_in(town.operator).post(f"/ratings/{rating.pk}/explanation/")
    assert reply["Location"] == f"/incidents/{rating.incident_id}/#r-answer"
    assert fresh(rating)[0].waits_since is not None
    say(town, written_again(town, rating))
    fresh_rating, card = fresh(rating)
    assert (fresh_rating.waits_since, fresh_rating.dealt_how, fresh_rating.dealt_by) == (
        None,
        "explained",
        town.operator,
    )
    assert card.state == State.RATING
    rating = response(town)
    Incident.objects.filter(pk=rating.incident_id).update(state=State.DONE, closed_at=timezone.now())
    assert "Открыть и разъяснить" in page(town)
    deal(town.operator, rating, "explanation")
    assert fresh(rating)[1].state == State.IN_WORK
    rating = response(town)
    answer = written_again(town, rating)
    Rating.objects.filter(pk=rating.pk).update(waits_since=timezone.now() + timedelta(seconds=1))
    say(town, answer)
    assert fresh(rating)[0].waits_since is not None
    silent(rating)
    assert fresh(rating)[1].state == State.RATING
    Rating.objects.update(waits_since=None)
    silent(rating)
    assert fresh(rating)[1].close_reason == "silence"


def test_the_menu_counts_the_queue_says_so_and_the_page_asks_as_much_for_many_as_for_one(town: Town) -> None:
    client = signed_in(town.operator)
    assert number_in_rail(client, "responses") == ""
    rating = response(town)
    assert number_in_rail(client, "responses") == "1"
    assert_answers(client.get("/queue/?tab=person"), 200, f"№ {rating.incident.number}", "житель недоволен")
    for more in (0, 3):
        for _word in range(more):
            response(town, 1, "no", "Темно")
        with exactly(4):
            assert client.get("/responses/").status_code == 200


def written_again(town: Town, rating: Rating) -> Answer:
    card = Incident.objects.get(pk=rating.incident_id)
    return town.submitted("Трубу заменят 5 мая.", outcome="explained", card=card, by=town.operator)


def say(town: Town, answer: Answer) -> None:
    drafts.approve(answer, town.approver, timezone.now(), answer.version)
    town.let_out()
    town.speak(Delivery.objects.get(answer=answer))

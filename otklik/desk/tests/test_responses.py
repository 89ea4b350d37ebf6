"""«Отклики»: what authors said of our answers waits for whoever may open the card again, and is dealt with once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.tests.pages import assert_answers, exactly
from otklik.feedback import survey as own
from otklik.feedback.models import Rating, Survey
from otklik.feedback.said import Said
from otklik.feedback.wait import close_silent, open_survey
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.people.models import User
from otklik.publishing import fate
from otklik.publishing.models import Delivery, Sent
from otklik.publishing.prepare import prepare
from tests.make.people import signed_in
from tests.make.town import LEASE, Town

pytestmark = pytest.mark.django_db
JSON = {"X-Fragment": "1", "Accept": "application/json, text/html"}


def said(town: Town, mark: int | None = 2, solved: str = "", reason: str = "") -> Rating:
    """A card was answered, and its author said so by his link."""
    survey = Survey.objects.get(incident=town.published())
    return own.answer(survey, Said(mark, solved, reason), timezone.now())


def silent(rating: Rating) -> None:
    """The wait of its card is over."""
    Survey.objects.filter(incident=rating.incident_id).update(due_at=timezone.now(), closed_at=None)
    with book.turn():
        close_silent(claim(Survey, timezone.now() + timedelta(seconds=1), LEASE, 10), timezone.now())


def page(user: User, query: str = "") -> str:
    return signed_in(user).get(f"/responses/{query}").content.decode()


def deal(user: User, rating: Rating, how: str, **given: str) -> int:
    return signed_in(user).post(f"/ratings/{rating.pk}/{how}/", given, headers=JSON).status_code


def fresh(rating: Rating) -> tuple[Rating, Incident]:
    return Rating.objects.get(pk=rating.pk), Incident.objects.get(pk=rating.incident_id)


def test_the_newest_word_comes_first_with_what_was_asked_and_answered(town: Town) -> None:
    older, newer = said(town, 2), said(town, None, "no", "Обещали <b>вчера</b>")
    shown = page(town.operator)
    assert shown.index(f"№ {newer.incident.number}") < shown.index(f"№ {older.incident.number}")
    for words in ("Обещали &lt;b&gt;вчера", "не решена", "2 из 5", "Третий день нет воды", "трубу заменили"):
        assert words in shown


def test_a_confirmed_reply_is_shown_in_its_authors_words(town: Town) -> None:
    rating = Rating.objects.get(incident=town.replied("так и не починили"))
    assert "Никто не ждёт" in page(town.operator)
    signed_in(town.operator).post(f"/ratings/{rating.pk}/confirmation/", {"solved": "no"})
    assert "так и не починили" in page(town.operator)


def test_good_words_and_votes_of_nobody_are_not_there(town: Town) -> None:
    said(town, 5, "yes")
    assert "Никто не ждёт" in page(town.operator)


def test_opening_again_deals_with_it_and_can_be_taken_back(town: Town) -> None:
    rating = said(town)
    reply = signed_in(town.operator).post(f"/ratings/{rating.pk}/reopening/", headers=JSON)
    assert reply.status_code == 200
    told, card = fresh(rating)
    assert (told.waits_since, told.dealt_how, told.dealt_by) == (None, "reopened", town.operator)
    assert (card.state, card.reopened) == (State.IN_WORK, 1)
    back = signed_in(town.operator).post("/undo/", {"batch": reply.json()["undo"]})
    assert back.status_code == 302
    told, card = fresh(rating)
    assert (told.waits_since is not None, told.dealt_how, card.state) == (True, "", State.RATING)


def test_taking_note_needs_a_reason_ends_the_card_and_can_be_taken_back(town: Town) -> None:
    rating = said(town)
    assert deal(town.operator, rating, "noting") == 422
    assert deal(town.operator, rating, "noting", words="  ") == 422
    assert fresh(rating)[0].waits_since is not None
    reply = signed_in(town.operator).post(f"/ratings/{rating.pk}/noting/", {"words": "Ремонт в мае"}, headers=JSON)
    told, card = fresh(rating)
    assert (told.dealt_how, card.state, card.close_reason) == ("noted", State.DONE, "score")
    entry = Entry.objects.get(verb="incident.word_noted")
    assert entry.free_reason.text == "Ремонт в мае"
    assert "мае" not in str(entry.data)
    signed_in(town.operator).post("/undo/", {"batch": reply.json()["undo"]})
    told, card = fresh(rating)
    assert (told.waits_since is not None, card.state) == (True, State.RATING)


def test_explaining_leads_to_the_editor_and_is_done_when_the_answer_is_said(town: Town) -> None:
    rating = said(town, None, "no")
    reply = signed_in(town.operator).post(f"/ratings/{rating.pk}/explanation/")
    assert reply["Location"] == f"/incidents/{rating.incident_id}/#r-answer"
    assert fresh(rating)[0].waits_since is not None
    answer_again(town, rating.incident)
    told, card = fresh(rating)
    assert (told.waits_since, told.dealt_how, told.dealt_by) == (None, "explained", town.operator)
    assert card.state == State.RATING


def test_a_word_that_came_after_the_answer_was_written_is_not_explained_by_it(town: Town) -> None:
    rating = said(town)
    answer = written_again(town, rating.incident)
    Rating.objects.filter(pk=rating.pk).update(waits_since=timezone.now() + timedelta(seconds=1))
    say(town, answer)
    assert fresh(rating)[0].waits_since is not None


def test_an_ended_card_is_opened_to_be_explained(town: Town) -> None:
    rating = said(town)
    Incident.objects.filter(pk=rating.incident_id).update(state=State.DONE, closed_at=timezone.now())
    assert "Открыть и разъяснить" in page(town.operator)
    signed_in(town.operator).post(f"/ratings/{rating.pk}/explanation/")
    assert fresh(rating)[1].state == State.IN_WORK


def test_silence_never_ends_a_card_on_which_a_word_waits(town: Town) -> None:
    rating = said(town)
    silent(rating)
    assert fresh(rating)[1].state == State.RATING
    Rating.objects.update(waits_since=None)
    silent(rating)
    assert fresh(rating)[1].close_reason == "silence"


def test_what_somebody_has_dealt_with_is_not_dealt_with_twice(town: Town) -> None:
    rating = said(town)
    assert deal(town.operator, rating, "noting", words="Знаем") == 200
    entries = Entry.objects.count()
    for how in ("reopening", "explanation", "noting"):
        assert deal(town.colleague, rating, how, words="Знаем") == 409, how
    assert Entry.objects.count() == entries


def test_only_whoever_may_open_the_card_again_deals_with_it(town: Town) -> None:
    rating = said(town)
    for how in ("reopening", "explanation", "noting"):
        assert signed_in(town.operator).get(f"/ratings/{rating.pk}/{how}/").status_code == 405
        for user in (town.executor, town.approver, town.auditor, town.other, town.stranger):
            assert deal(user, rating, how, words="Знаем") in (403, 404), (how, user.username)
    assert fresh(rating)[0].waits_since is not None
    assert signed_in(town.operator).post("/ratings/999999/noting/", {"words": "Знаем"}).status_code == 404


def test_a_reading_that_nobody_has_confirmed_is_not_dealt_with_here(town: Town) -> None:
    rating = Rating.objects.get(incident=town.replied("так и не починили"))
    assert deal(town.operator, rating, "reopening") == 404


def test_the_menu_counts_and_the_queue_says_so(town: Town) -> None:
    client = signed_in(town.operator)
    assert client.get("/responses/count/").content.decode().strip() == ""
    rating = said(town)
    assert ">1<" in client.get("/responses/count/").content.decode()
    assert_answers(client.get("/queue/?tab=person"), 200, f"№ {rating.incident.number}", "автор недоволен")


def test_the_list_is_turned_by_pages(town: Town) -> None:
    words = [said(town) for _ in range(2)]
    shown = page(town.operator, f"?before={words[1].pk}")
    assert f"№ {words[0].incident.number}" in shown
    assert f"№ {words[1].incident.number}" not in shown
    assert "Дальше ничего нет" in page(town.operator, "?before=1")
    for nonsense in ("x", "-5", "9" * 40, "<b>"):
        assert f"№ {words[1].incident.number}" in page(town.operator, f"?before={nonsense}")


def test_the_page_asks_as_much_for_many_as_for_one(town: Town) -> None:
    client = signed_in(town.operator)
    for more in (1, 3):
        for _word in range(more):
            said(town, 1, "no", "Темно")
        with exactly(5):
            assert client.get("/responses/").status_code == 200


def written_again(town: Town, incident: Incident) -> Answer:
    card = Incident.objects.get(pk=incident.pk)
    words = drafts.Words("Трубу заменят 5 мая.", outcome="explained", ground="not_found", ground_words="Были на месте")
    answer = drafts.write(card, main_message(card), words, town.operator, timezone.now())
    drafts.submit(answer, town.operator, timezone.now())
    answer.refresh_from_db()
    return answer


def say(town: Town, answer: Answer) -> None:
    drafts.approve(answer, town.approver, timezone.now(), answer.version)
    now = timezone.now() + timedelta(seconds=2)
    with book.turn():
        prepare(claim(Answer, now, LEASE, 10), now)
        fate.spoken(Delivery.objects.get(answer=answer), "wall-1_1?reply=777", "https://vk.com/wall-1_1?reply=777", now)
        open_survey(claim(Sent, now + timedelta(seconds=1), LEASE, 10), now)


def answer_again(town: Town, incident: Incident) -> None:
    say(town, written_again(town, incident))

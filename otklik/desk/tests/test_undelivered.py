"""«Не доставлено, и почему»: what is in the list and for whom, what is sent again, and what never is; and an answer in
parts: what stands there, what waits, and who decides of the rest."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.card.fate import fate_of
from otklik.desk.operator.delivery_advice import ADVICE, cause_of
from otklik.desk.operator.queue.needs import needs_person
from otklik.desk.operator.undelivered import LIST
from otklik.desk.tests.pages import (
    assert_answers,
    assert_shows,
    at_most,
    journal_verbs,
    number_in_rail,
    page_at,
    part_at,
    press,
    reread,
)
from otklik.flow.models import Worker
from otklik.incidents.models import Incident, State
from otklik.journal import book, seals
from otklik.networks.errors import Cause
from otklik.networks.models import Account
from otklik.people.models import Role
from otklik.publishing import fate
from otklik.publishing.models import Attempt, Delivery
from otklik.publishing.prepare import new_key
from otklik.triage.models import Verdict
from tests.make.people import person, signed_in
from tests.make.town import Town

D, H, C = Delivery.State, Delivery.Hold, Delivery.Cause


def stuck(town: Town, cause: str = C.TOKEN, hold: str = H.TOKEN, **more: Any) -> Delivery:
    """An approved answer that the network has refused for now, for certain."""
    delivery = town.approved()
    now = timezone.now()
    failed = {"started_at": now, "ended_at": now, "outcome": "AuthLost", "code": "5"}
    Attempt.objects.create(delivery=delivery, key=delivery.key, **failed)
    changes = {"hold": hold, "cause": cause, "due_at": None, "words": "Ключ не действует", **more}
    Delivery.objects.filter(pk=delivery.pk).update(**changes)
    return reread(delivery)


def rows_of_page(client: Client, query: str = "") -> list[int]:
    return [row.delivery.pk for row in client.get(f"/undelivered/{query}").context["rows"]]


def again(client: Client, *ids: object, **more: str) -> str:
    """The page after these were to be sent again."""
    return assert_answers(client.post("/undelivered/again/", {"id": ids, **more}, follow=True), 200)


def test_every_cause_has_words_and_a_next_step_which_the_card_says_or_those_of_its_hold() -> None:
    assert set(Delivery.Cause.values) == set(ADVICE)
    assert {cause.value for cause in Cause} <= set(ADVICE)
    assert all(str(advice.title) and str(advice.next) for advice in ADVICE.values())
    outcome = fate_of("refused", "", "Сеть отказала: Комментарий удалён", False, "gone")
    assert (outcome.tone, outcome.title) == ("bad", "Житель удалил комментарий")
    assert "закрыть карточку" in outcome.advice
    assert fate_of("queued", "person", "", False, "captcha").title == "Сеть просит подтвердить, что пишет человек"
    causes = {"token": "token", "legal": "legal", "budget": "budget", "captcha": "captcha", "person": ""}
    assert {hold: cause_of("", "queued", hold) for hold in causes} == causes
    assert cause_of("", "unknown", "person") == "unknown"


def test_what_nobody_can_say_is_told_before_it_is_written_and_stands_in_every_list(
    operator: Client, client: Client, town: Town
) -> None:
    warning, card = "у ведомства нет аккаунта", town.card()
    decides = f"/incidents/{card.pk}/"
    verdict = Verdict.objects.get(message__links__incident=card).pk
    assert warning not in page_at(operator, decides)
    assert "некому ответить" not in page_at(operator, f"/agencies/?q=вод&verdict={verdict}")
    Worker.objects.create(name="host:1", started_at=timezone.now(), seen_at=timezone.now())
    seals.seal_all(timezone.now())
    assert "menu-dot" not in page_at(operator, "/queue/")
    assert "Ждут человека" not in page_at(operator, "/health/")

    Account.objects.update(active=False)
    assert warning in page_at(operator, decides), "at assignment"
    assert "некому ответить" in page_at(operator, f"/agencies/?q=вод&verdict={verdict}"), "of any agency"
    assert warning in page_at(town.executor, f"/incidents/{town.assigned().pk}/"), "in the editor"
    assert warning in part_at(operator, f"/incidents/{town.assigned().pk}/decision/"), "when it is given to another"

    delivery = town.approved()
    assert (delivery.cause, delivery.hold) == (C.VOICE, H.BY_HAND)
    assert rows_of_page(operator) == [delivery.pk]
    assert Incident.objects.filter(needs_person()).get() == delivery.answer.incident
    assert_shows(page_at(operator, "/health/"), "Ждут человека", "Согласованные ответы ждут человека")
    assert "menu-dot" in page_at(operator, "/queue/")
    (waits,) = (one for one in client.get("/health.json").json()["otklik_deliveries_stuck"] if one["cause"] == "voice")
    assert waits["value"] == 1
    Incident.objects.update(state=State.DONE)
    seals.seal_all(timezone.now())
    assert "menu-dot" not in page_at(operator, "/queue/"), "who has closed a card wants no answer said"


def test_the_list_holds_what_is_stuck_as_it_is_narrowed_and_nothing_of_others(operator: Client, town: Town) -> None:
    dead, closed, over = stuck(town), stuck(town, C.CLOSED, H.BY_HAND), stuck(town)
    town.approved()
    town.published()
    Incident.objects.filter(pk=over.answer.incident_id).update(state=State.DONE)
    both = [closed.pk, dead.pk]
    assert rows_of_page(operator) == both
    assert number_in_rail(operator, "undelivered") == "2"
    assert rows_of_page(operator, "?cause=token") == [dead.pk]
    assert rows_of_page(operator, "?network=ok") == []
    assert rows_of_page(operator, f"?network=vk&agency={town.water.pk}") == both
    assert rows_of_page(operator, f"?agency={town.roads.pk}") == []
    assert "Попросите открыть их" in page_at(operator, "/undelivered/?cause=closed")
    for query in ("cause=%27--", "cause=nonsense", "network=../..", "agency=-1", "before=99999999999999999999"):
        assert rows_of_page(operator, f"?{query}") == both, query
    delivery, client = stuck(town), signed_in(person("roads-curator", Role.CURATOR, town.roads))
    assert rows_of_page(client) == []
    again(client, delivery.pk)
    for pks in ([], ["x"], ["-1"], ["0"], ["99999999999999999999"], ["\x00"]):
        again(operator, *pks)
    assert (reread(delivery).hold, delivery.due_at) == (H.TOKEN, None)


def test_several_are_sent_again_at_once_and_of_parts_it_is_told_how_much_stands(operator: Client, town: Town) -> None:
    picked = [stuck(town) for _ in range(3)]
    assert "Ответов снова в очереди: 3" in again(operator, *(one.pk for one in picked), cause="token")
    for one in picked:
        assert (reread(one).state, one.hold, one.cause, one.due_at is not None) == (D.QUEUED, "", "", True)
        assert journal_verbs(incident=one.answer.incident_id).count("incident.say_again") == 1
    assert rows_of_page(operator) == []
    _first, second, _third = stuck_after_one(town)
    page = operator.get("/undelivered/")
    (row,) = page.context["rows"]
    assert (row.delivery, row.published) == (second, "Сказано частей: 1 из 3")
    assert str(row.advice.next).startswith("Часть ответа уже в сети.")
    assert_answers(page, 200, "Сказано частей: 1 из 3")
    assert number_in_rail(operator, "undelivered") == "1"
    again(operator, second.pk)
    assert (reread(second).state, second.hold) == (D.QUEUED, H.NONE)


@pytest.mark.parametrize("doubt", ["unknown", "unended", "absent", "dead", "by hand", "text"])
def test_what_may_have_been_said_or_cannot_be_is_never_sent_in_bulk(operator: Client, town: Town, doubt: str) -> None:
    delivery = stuck(town)
    changes: dict[str, dict[str, Any]] = {
        "unknown": {"state": D.UNKNOWN, "hold": H.PERSON, "cause": C.UNKNOWN},
        "by hand": {"hold": H.BY_HAND, "cause": C.CLOSED},
        "text": {"hold": H.PERSON, "cause": C.TEXT},
    }
    Delivery.objects.filter(pk=delivery.pk).update(**changes.get(doubt, {"hold": H.TOKEN}))
    if doubt == "unended":
        Attempt.objects.filter(delivery=delivery).update(ended_at=None)
    elif doubt == "absent":
        Attempt.objects.filter(delivery=delivery).update(outcome="absent")
    elif doubt == "dead":
        town.account.stopped_at = timezone.now()
        town.account.save()
    assert f'value="{delivery.pk}"' not in page_at(operator, "/undelivered/")
    assert "Не тронуто: 1" in again(operator, delivery.pk)
    before = delivery.key
    assert (reread(delivery).due_at, delivery.key) == (None, before)


def test_many_take_few_queries_and_come_in_pages(operator: Client, town: Town) -> None:
    first = stuck(town)
    columns = {"account": town.account, "epoch": first.epoch, "hold": H.TOKEN, "cause": C.TOKEN, "text": "Воду дали."}
    Delivery.objects.bulk_create(
        Delivery(
            answer=town.submitted() if number < 3 else first.answer,
            message=first.message if number < 3 else town.card().messages.get(),
            key=f"key-{number}",
            created_at=timezone.now(),
            **columns,
        )
        for number in range(LIST.size)
    )
    with at_most(10):
        page = operator.get("/undelivered/")
    assert len(page.context["rows"]) == LIST.size
    following = page.context["following"]
    assert rows_of_page(operator, following) == [first.pk]
    assert operator.get(f"/undelivered/{following}").context["following"] == ""


# An answer in parts.
def in_parts(town: Town, parts: int = 3) -> list[Delivery]:
    """An approved answer of which nothing is said yet."""
    first = town.approved()
    Delivery.objects.filter(pk=first.pk).update(text="Воду дали. (1/3)", parts=parts)
    whole = {name: getattr(first, name) for name in ("answer", "message", "account", "epoch", "created_at")}
    for part in range(2, parts + 1):
        columns = {"text": f"Слово {part}. ({part}/{parts})", "part": part, "parts": parts, "photos": False}
        Delivery.objects.create(hold=H.TURN, key=new_key(), **whole, **columns)
    return list(Delivery.objects.filter(answer=first.answer).order_by("part"))


def stuck_after_one(town: Town) -> list[Delivery]:
    first, second, _third = in_parts(town)
    with book.turn():
        fate.spoken(first, "wall-1_1?reply=50", "https://vk.com/wall-1_1?reply=50", timezone.now())
        fate.refused(second.answer.incident, second, "Здесь не отвечают", timezone.now(), "closed")
    return list(Delivery.objects.filter(answer=first.answer).order_by("part"))


def stop(client: Client, delivery: Delivery, looked: str = "yes") -> int:
    status: int = press(client, f"/deliveries/{delivery.pk}/stopping/", looked=looked).status_code
    return status


def card_page(client: Client, delivery: Delivery) -> str:
    return page_at(client, f"/incidents/{delivery.answer.incident_id}/")


def test_the_rest_of_an_answer_is_left_unsaid_only_after_a_part_and_a_look(operator: Client, town: Town) -> None:
    first, *_rest = in_parts(town)
    before = card_page(operator, first)
    assert_shows(before, hides=["Сказано частей", "Остальное не публиковать"])
    with book.turn():
        fate.spoken(first, "wall-1_1?reply=50", "", timezone.now())
    matches = [re.search(r'id="r-matter" data-stamp="([^"]*)"', one) for one in (before, card_page(operator, first))]
    assert len({one[1] for one in matches if one}) == 2
    first, second, third = stuck_after_one(town)
    page = card_page(operator, first)
    phrases = ("Сказано частей: 1 из 3. Здесь не отвечают", "Сеть отказала: Здесь не отвечают")
    assert_shows(page, *phrases, "ждёт своей очереди", "Остальное не публиковать")
    places = [page.index(text) for text in (first.text, second.text, third.text)]
    assert places == sorted(places)
    speech = re.search(r'id="speech"[^>]*>([^<]*)<', page)
    assert speech is not None
    assert speech[1] == second.text, "what a person copies is the part that is wanted"
    assert str(H.PERSON.label) in page_at(operator, "/queue/?tab=person")
    assert stop(operator, second, looked="") == 422
    assert [stop(operator, one) for one in (third, first, second, second)] == [409, 409, 200, 409]
    assert len(journal_verbs(verb="incident.cut_short")) == 1
    assert Incident.objects.get(pk=first.answer.incident_id).state == State.RATING
    assert "Опубликовано частей: 1 из 3" in card_page(operator, first)


def test_the_writer_and_the_approver_see_where_a_long_answer_is_cut(town: Town) -> None:
    draft, short = town.drafted("Воду дали в 14:00, трубу заменили. " * 130), town.drafted()
    page = part_at(town.executor, f"/answers/{draft.pk}/flaws/")
    assert "Ответ уйдёт по частям: 2." in page
    assert page.count("(1/2)") == page.count("(2/2)") == 1
    drafts.submit(draft, town.executor, timezone.now())
    assert page_at(town.approver, f"/incidents/{draft.incident_id}/").count("(1/2)") == 1
    assert "по частям" not in part_at(town.executor, f"/answers/{short.pk}/flaws/")


def test_a_copy_of_which_a_part_stands_is_cut_short_and_not_let_go(operator: Client, town: Town) -> None:
    _first, second, _third = stuck_after_one(town)
    main = Answer.objects.get(pk=second.answer_id)
    other = town.approved()
    Answer.objects.filter(pk=other.answer_id).update(state=Answer.State.WITHDRAWN)
    Answer.objects.filter(pk=main.pk).update(copy_of=other.answer_id)
    assert press(operator, f"/deliveries/{second.pk}/letting-go/").status_code == 409
    assert stop(operator, second) == 200
    states = Delivery.objects.filter(answer=main).order_by("part").values_list("state", flat=True)
    assert list(states) == [D.SENT, D.RECALLED, D.RECALLED]

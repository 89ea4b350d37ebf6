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
from otklik.desk.tests.pages import assert_answers, at_most, reread
from otklik.desk.undelivered.advice import ADVICE, cause_of
from otklik.desk.undelivered.rows import PAGE
from otklik.incidents.models import Incident, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.networks.errors import Cause
from otklik.people.models import Role
from otklik.publishing import fate
from otklik.publishing.models import Attempt, Delivery
from otklik.publishing.prepare import new_key
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
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


def shown(client: Client, query: str = "") -> list[int]:
    return [row.delivery.pk for row in client.get(f"/undelivered/{query}").context["rows"]]


def test_every_cause_of_a_network_and_of_ours_has_words_and_a_next_step() -> None:
    assert set(Delivery.Cause.values) == set(ADVICE)
    assert {cause.value for cause in Cause} <= set(ADVICE)
    assert all(str(advice.title) and str(advice.next) for advice in ADVICE.values())


def test_what_is_on_its_way_or_said_or_over_is_not_in_the_list(town: Town) -> None:
    held = stuck(town)
    town.approved()
    town.published()
    over = stuck(town)
    Incident.objects.filter(pk=over.answer.incident_id).update(state=State.DONE)
    assert shown(signed_in(town.operator)) == [held.pk]
    assert ">1</span>" in signed_in(town.operator).get("/undelivered/count/").content.decode()


def test_it_is_narrowed_by_cause_network_and_agency(town: Town) -> None:
    dead, closed = stuck(town), stuck(town, C.CLOSED, H.BY_HAND)
    client = signed_in(town.operator)
    assert shown(client) == [closed.pk, dead.pk]
    assert shown(client, "?cause=token") == [dead.pk]
    assert shown(client, "?network=ok") == []
    assert shown(client, f"?network=vk&agency={town.water.pk}") == [closed.pk, dead.pk]
    assert shown(client, f"?agency={town.roads.pk}") == []
    assert_answers(client.get("/undelivered/?cause=closed"), 200, "Попросите открыть их")


def test_a_hostile_address_line_narrows_nothing(town: Town) -> None:
    held, client = stuck(town), signed_in(town.operator)
    for query in ("cause=%27--", "cause=nonsense", "network=../..", "agency=-1", "before=99999999999999999999"):
        assert shown(client, f"?{query}") == [held.pk], query


def test_a_colleague_of_another_agency_sees_none_of_it(town: Town) -> None:
    delivery, client = stuck(town), signed_in(person("roads-curator", Role.CURATOR, town.roads))
    assert shown(client) == []
    client.post("/undelivered/again/", {"id": delivery.pk})
    assert (reread(delivery).hold, delivery.due_at) == (H.TOKEN, None)


def test_after_a_key_was_renewed_several_are_sent_again_at_once(town: Town) -> None:
    picked = [stuck(town) for _ in range(3)]
    client = signed_in(town.operator)
    page = client.post("/undelivered/again/", {"id": [one.pk for one in picked], "cause": "token"}, follow=True)
    assert "Ответов снова в очереди: 3" in page.content.decode()
    for one in picked:
        assert (reread(one).state, one.hold, one.cause, one.due_at is not None) == (D.QUEUED, "", "", True)
        assert Entry.objects.filter(incident=one.answer.incident_id, verb="incident.say_again").count() == 1
    assert shown(client) == []


@pytest.mark.parametrize("doubt", ["unknown", "unended", "absent", "dead", "by hand", "text"])
def test_what_may_have_been_said_or_cannot_be_said_as_it_is_is_never_sent_in_bulk(town: Town, doubt: str) -> None:
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
    client = signed_in(town.operator)
    assert f'value="{delivery.pk}"' not in client.get("/undelivered/").content.decode()
    page = client.post("/undelivered/again/", {"id": delivery.pk}, follow=True).content.decode()
    assert "Не тронуто: 1" in page
    before = delivery.key
    assert (reread(delivery).due_at, delivery.key) == (None, before)


def test_made_up_ids_send_nothing(town: Town) -> None:
    delivery, client = stuck(town), signed_in(town.operator)
    for given in ([], ["x"], ["-1"], ["0"], ["99999999999999999999"], ["\x00"]):
        assert client.post("/undelivered/again/", {"id": given}).status_code == 302, given
    assert reread(delivery).due_at is None


def test_many_take_few_queries_and_come_in_pages(town: Town) -> None:
    first = stuck(town)
    told = {"account": town.account, "epoch": first.epoch, "hold": H.TOKEN, "cause": C.TOKEN, "text": "Воду дали."}
    Delivery.objects.bulk_create(
        Delivery(
            answer=town.submitted() if number < 3 else first.answer,
            message=first.message if number < 3 else town.card().messages.get(),
            key=f"key-{number}",
            created_at=timezone.now(),
            **told,
        )
        for number in range(PAGE)
    )
    client = signed_in(town.operator)
    with at_most(10):
        page = client.get("/undelivered/")
    assert len(page.context["rows"]) == PAGE
    following = page.context["following"]
    assert shown(client, following) == [first.pk]
    assert client.get(f"/undelivered/{following}").context["following"] == ""


def test_the_card_says_the_cause_in_its_own_words() -> None:
    fate = fate_of("refused", "", "Сеть отказала: Комментарий удалён", False, "gone")
    assert (fate.tone, fate.title) == ("bad", "Автор удалил комментарий")
    assert "закрыть карточку" in fate.advice
    assert fate_of("queued", "person", "", False, "captcha").title == "Сеть просит подтвердить, что пишет человек"


def test_what_was_held_before_causes_were_noted_has_the_one_of_its_hold() -> None:
    causes = {"token": "token", "legal": "legal", "budget": "budget", "captcha": "captcha", "person": ""}
    assert {hold: cause_of("", "queued", hold) for hold in causes} == causes
    assert cause_of("", "unknown", "person") == "unknown"


# An answer in parts.
def in_parts(town: Town, parts: int = 3) -> list[Delivery]:
    """An approved answer of which nothing is said yet."""
    first = town.approved()
    Delivery.objects.filter(pk=first.pk).update(text="Воду дали. (1/3)", parts=parts)
    whole = {name: getattr(first, name) for name in ("answer", "message", "account", "epoch", "created_at")}
    for part in range(2, parts + 1):
        told = {"text": f"Слово {part}. ({part}/{parts})", "part": part, "parts": parts, "photos": False}
        Delivery.objects.create(hold=H.TURN, key=new_key(), **whole, **told)
    return list(Delivery.objects.filter(answer=first.answer).order_by("part"))


def stuck_after_one(town: Town) -> list[Delivery]:
    first, second, _third = in_parts(town)
    with book.turn():
        fate.spoken(first, "wall-1_1?reply=50", "https://vk.com/wall-1_1?reply=50", timezone.now())
        fate.refused(second.answer.incident, second, "Здесь не отвечают", timezone.now(), "closed")
    return list(Delivery.objects.filter(answer=first.answer).order_by("part"))


def post(client: Client, path: str, **form: Any) -> int:
    return client.post(path, form, headers={"X-Fragment": "1"}).status_code


def card_page(town: Town, delivery: Delivery) -> str:
    return signed_in(town.operator).get(f"/incidents/{delivery.answer.incident_id}/").content.decode()


def test_the_card_tells_how_much_is_said_and_shows_each_part(town: Town) -> None:
    first, second, third = stuck_after_one(town)
    page = card_page(town, first)
    assert "Сказано частей: 1 из 3. Здесь не отвечают" in page
    assert "Сеть отказала: Здесь не отвечают" in page
    places = [page.index(text) for text in (first.text, second.text, third.text)]
    assert places == sorted(places)
    speech = re.search(r'id="speech"[^>]*>([^<]*)<', page)
    assert speech is not None
    assert speech[1] == second.text, "what a person copies is the part that is wanted"
    assert "ждёт своей очереди" in page
    assert "Остальное не публиковать" in page


def test_the_writer_and_the_approver_see_where_a_long_answer_is_cut(town: Town) -> None:
    text = "Воду дали в 14:00, трубу заменили. " * 130
    draft = town.drafted(text)
    page = signed_in(town.executor).get(f"/answers/{draft.pk}/flaws/", headers={"X-Fragment": "1"}).content.decode()
    assert "Ответ уйдёт по частям: 2." in page
    assert page.count("(1/2)") == page.count("(2/2)") == 1
    drafts.submit(draft, town.executor, timezone.now())
    page = signed_in(town.approver).get(f"/incidents/{draft.incident_id}/").content.decode()
    assert page.count("(1/2)") == 1
    short = town.drafted()
    page = signed_in(town.executor).get(f"/answers/{short.pk}/flaws/", headers={"X-Fragment": "1"}).content.decode()
    assert "по частям" not in page


def test_before_anything_is_said_the_whole_may_be_taken_back_and_not_cut_short(town: Town) -> None:
    first, *_rest = in_parts(town)
    page = card_page(town, first)
    assert "Сказано частей" not in page
    assert "Остальное не публиковать" not in page


def test_only_those_who_see_and_work_on_the_card_leave_the_rest_unsaid_and_only_after_a_look(town: Town) -> None:
    first, second, third = stuck_after_one(town)
    path = f"/deliveries/{second.pk}/stopping/"
    assert post(signed_in(town.other), path, looked="yes") == 404
    assert post(signed_in(town.auditor), path, looked="yes") == 403
    client = signed_in(town.operator)
    assert post(client, path) == 422
    assert post(client, f"/deliveries/{third.pk}/stopping/", looked="yes") == 409
    assert post(client, f"/deliveries/{first.pk}/stopping/", looked="yes") == 409
    assert post(client, path, looked="yes") == 200
    assert post(client, path, looked="yes") == 409
    assert Entry.objects.filter(verb="incident.cut_short").count() == 1
    card = Incident.objects.get(pk=first.answer.incident_id)
    assert card.state == State.RATING
    assert "Опубликовано частей: 1 из 3" in card_page(town, first)


def test_the_list_of_the_undelivered_tells_how_much_stands_and_offers_no_rewriting(town: Town) -> None:
    _first, second, _third = stuck_after_one(town)
    client = signed_in(town.operator)
    (row,) = client.get("/undelivered/").context["rows"]
    assert (row.delivery, row.said) == (second, "Сказано частей: 1 из 3")
    assert str(row.advice.next).startswith("Часть ответа уже в сети.")
    assert_answers(client.get("/undelivered/"), 200, "Сказано частей: 1 из 3")
    assert client.get("/undelivered/count/").context["number"] == 1
    client.post("/undelivered/again/", {"id": [second.pk]})
    assert (reread(second).state, second.hold) == (D.QUEUED, H.NONE)


def test_a_part_that_is_said_changes_the_stamp_of_the_card(town: Town) -> None:
    first, *_rest = in_parts(town)
    stamps = [card_page(town, first)]
    with book.turn():
        fate.spoken(first, "wall-1_1?reply=50", "", timezone.now())
    stamps.append(card_page(town, first))
    found = [re.search(r'id="r-matter" data-stamp="([^"]*)"', page) for page in stamps]
    assert len({one[1] for one in found if one}) == 2


def test_the_queue_shows_what_the_part_waits_for_that_is_not_said(town: Town) -> None:
    stuck_after_one(town)
    page = signed_in(town.operator).get("/queue/?tab=person").content.decode()
    assert str(H.PERSON.label) in page


def test_a_copy_of_which_a_part_stands_is_cut_short_and_not_let_go(town: Town) -> None:
    _first, second, _third = stuck_after_one(town)
    main = Answer.objects.get(pk=second.answer_id)
    other = town.approved()
    Answer.objects.filter(pk=other.answer_id).update(state=Answer.State.WITHDRAWN)
    Answer.objects.filter(pk=main.pk).update(copy_of=other.answer_id)
    client = signed_in(town.operator)
    assert post(client, f"/deliveries/{second.pk}/letting-go/") == 409
    assert post(client, f"/deliveries/{second.pk}/stopping/", looked="yes") == 200
    states = Delivery.objects.filter(answer=main).order_by("part").values_list("state", flat=True)
    assert list(states) == [D.SENT, D.RECALLED, D.RECALLED]

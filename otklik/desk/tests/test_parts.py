"""An answer in parts on the desk: what stands there, what waits, and who decides of the rest."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.incidents.models import Incident, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.publishing import fate
from otklik.publishing.models import Delivery
from otklik.publishing.prepare import new_key
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
D, H = Delivery.State, Delivery.Hold


def in_parts(town: Town, parts: int = 3) -> list[Delivery]:
    """An approved answer of which nothing is said yet."""
    first = town.approved()
    Delivery.objects.filter(pk=first.pk).update(text="Воду дали. (1/3)", parts=parts)
    for part in range(2, parts + 1):
        Delivery.objects.create(
            answer=first.answer,
            message=first.message,
            account=first.account,
            epoch=first.epoch,
            text=f"Слово {part}. ({part}/{parts})",
            part=part,
            parts=parts,
            photos=False,
            hold=H.TURN,
            key=new_key(),
            created_at=first.created_at,
        )
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
    page = client.get("/undelivered/").content.decode()
    assert "Сказано частей: 1 из 3" in page
    assert client.get("/undelivered/count/").context["number"] == 1
    client.post("/undelivered/again/", {"id": [second.pk]})
    second.refresh_from_db()
    assert (second.state, second.hold) == (D.QUEUED, H.NONE)


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

"""Personal data in an answer that everybody will see: what stops it, and what its writer has to look at twice."""

import re

import pytest

from otklik.answers.models import Answer
from otklik.desk.tests.pages import reread
from tests.make.people import signed_in
from tests.make.town import Town

PHONE = "Воду дали. Вопросы по телефону 8 (861) 211-22-33."
FINAL = {"kind": "final", "outcome": "solved", "proof": "phone", "proof_words": "Позвонили автору"}

pytestmark = pytest.mark.django_db


def submit(town: Town, pk: int, *, fragment: bool = True, **fields: object) -> tuple[int, str]:
    headers = {"X-Fragment": "1"} if fragment else {}
    answer = signed_in(town.executor).post(f"/incidents/{pk}/submission/", {**FINAL, **fields}, headers=headers)
    return answer.status_code, answer.content.decode()


def box(page: str) -> str:
    found = re.search(r'name="exposing" value="(\w+)"', page)
    return found[1] if found else ""


def test_a_flat_in_a_public_answer_stops_it_whatever_is_ticked(town: Town) -> None:
    card = town.assigned()
    status, page = submit(town, card.pk, text="В кв. 41 заменён стояк.", exposing="anything")
    assert (status, box(page)) == (422, "")
    assert "номер квартиры" in page
    assert reread(card).state == "in_work"


@pytest.mark.parametrize("fragment", [True, False])
def test_a_phone_goes_to_approval_once_its_writer_says_that_it_is_the_agencys(town: Town, fragment: bool) -> None:
    card = town.assigned()
    status, page = submit(town, card.pk, text=PHONE, fragment=fragment)
    assert status == 422
    assert "8 (861) 211-22-33" in page
    saved = Answer.objects.get(incident=card)
    assert saved.state == "draft"
    status, _page = submit(town, card.pk, text=PHONE, version=saved.version, exposing=box(page))
    assert status == 200
    assert reread(card).state == "approval"


def test_another_phone_needs_another_look(town: Town) -> None:
    card = town.assigned()
    _status, page = submit(town, card.pk, text=PHONE)
    version = Answer.objects.get(incident=card).version
    status, again = submit(town, card.pk, text=PHONE + " Или 8-938-111-22-33.", version=version, exposing=box(page))
    assert status == 422
    assert box(again) not in ("", box(page))


def test_a_private_answer_is_not_asked_about(town: Town) -> None:
    card = town.assigned()
    card.messages.update(place="direct")
    assert submit(town, card.pk, text=PHONE + " Вашу кв. 41 проверим.")[0] == 200


def test_the_approver_is_shown_what_everybody_will_see(town: Town) -> None:
    card = town.assigned()
    _status, page = submit(town, card.pk, text=PHONE)
    submit(town, card.pk, text=PHONE, version=Answer.objects.get(incident=card).version, exposing=box(page))
    client = signed_in(town.approver)
    for address in ("/approvals/", f"/incidents/{card.pk}/"):
        assert re.search(r"Увидят все:\s+8 \(861\) 211-22-33", client.get(address).content.decode()), address

"""What an ending rests on, asked for on the card and shown to the approver."""

import pytest

from otklik.answers.models import Answer
from otklik.desk.tests.pages import assert_shows, reread
from otklik.incidents.models import Incident, State
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
SOLVED = {"text": "Вчера рабочие горсвета заменили лампу у подъезда.", "kind": "final", "outcome": "solved"}
EXPLAINED = {"text": "Лавку здесь не поставим: земля под ней частная.", "kind": "final", "outcome": "explained"}


def submitted(town: Town, card: Incident, told: dict[str, str]) -> tuple[int, str]:
    version = Answer.objects.filter(incident=card).values_list("version", flat=True).first() or 0
    sent = {**told, "version": str(version)}
    page = signed_in(town.executor).post(f"/incidents/{card.pk}/submission/", sent, headers=FRAGMENT)
    return page.status_code, page.content.decode()


def test_solved_without_evidence_stays_a_draft_and_says_why(town: Town) -> None:
    card = town.assigned()
    status, page = submitted(town, card, SOLVED)
    assert (status, "Чем подтверждается" in page) == (422, True)
    assert Answer.objects.get(incident=card).state == Answer.State.DRAFT
    status, _page = submitted(town, card, {**SOLVED, "proof": "phone", "proof_words": "Позвонили, свет горит"})
    assert status == 200
    answer = Answer.objects.get(incident=card)
    assert (answer.ground, answer.ground_words) == ("phone", "Позвонили, свет горит")
    page = signed_in(town.approver).get("/approvals/").content.decode()
    assert_shows(page, "подтверждение:", "Позвонили, свет горит")


def test_explained_shows_the_approver_that_nothing_is_solved(town: Town) -> None:
    card = town.assigned()
    assert submitted(town, card, EXPLAINED)[0] == 422
    assert submitted(town, card, {**EXPLAINED, "why": "private"})[0] == 422
    told = {**EXPLAINED, "why": "private", "why_words": "земля не городская"}
    assert submitted(town, card, told)[0] == 200
    for address in ("/approvals/", f"/incidents/{card.pk}/"):
        page = signed_in(town.approver).get(address).content.decode()
        assert_shows(page, "закрывается без решения:", "частная собственность")


@pytest.mark.parametrize("kind", ["informational", "unsolvable"])
def test_where_nothing_can_be_done_nothing_is_asked_for(town: Town, kind: str) -> None:
    card = town.assigned()
    Incident.objects.filter(pk=card.pk).update(kind=kind)
    assert 'name="proof"' not in signed_in(town.executor).get(f"/incidents/{card.pk}/").content.decode()
    assert submitted(town, card, SOLVED)[0] == 200
    assert reread(card).state == State.APPROVAL


@pytest.mark.parametrize(
    "told",
    [
        {"proof": "no_money", "proof_words": "денег нет"},
        {"proof": "' OR 1=1 --", "proof_words": "x" * 9000},
        {"proof": "phone", "proof_words": "\x00\n  \n"},
        {"why": "private", "why_words": "чужое"},
    ],
)
def test_what_is_no_evidence_is_not_kept_as_one(town: Town, told: dict[str, str]) -> None:
    card = town.assigned()
    assert submitted(town, card, {**SOLVED, **told})[0] == 422
    answer = Answer.objects.get(incident=card)
    assert len(answer.ground_words) <= 500
    assert answer.ground in {"", "phone"}

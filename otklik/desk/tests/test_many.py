"""Many cards at once: what the preview says, what is done in pieces and what is told of the rest; taking it back."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from otklik.desk.models import Undoable
from otklik.desk.tests.pages import at_most, reread
from otklik.desk.tests.test_undo import picture_of
from otklik.incidents.models import Incident, State
from otklik.incidents.taking import take_up
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.people.models import Role
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Suggestion
from otklik.routing.noise import dismiss
from tests.make.people import grant, signed_in
from tests.make.town import Town

FRAGMENT = {"Accept": "application/json", "X-Fragment": "1"}


@pytest.fixture
def card(town: Town) -> Incident:
    return town.card()


def ask(client: Client, act: str, cards: Iterable[Incident | int], **chosen: object) -> Any:
    ids = ",".join(str(card if isinstance(card, int) else card.pk) for card in cards)
    return client.post(f"/queue/many/{act}/preview/", {"ids": ids, **chosen}, headers=FRAGMENT)


def do(client: Client, act: str, cards: list[str], batch: str, **chosen: object) -> Any:
    given = {"cards": ",".join(cards), "batch": batch, **chosen}
    return client.post(f"/queue/many/{act}/piece/", given, headers=FRAGMENT)


def all_of(client: Client, act: str, cards: Iterable[Incident], **chosen: object) -> Any:
    """The preview, and then one piece with everything that could be done."""
    seen = ask(client, act, cards, **chosen).json()
    return do(client, act, seen["cards"], seen["batch"], **chosen)


def states(cards: Iterable[Incident]) -> list[str]:
    return [Incident.objects.values_list("state", flat=True).get(pk=card.pk) for card in cards]


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


def test_the_preview_groups_what_cannot_be_done_by_its_reason(operator: Client, town: Town) -> None:
    fresh = [town.card() for _ in range(3)]
    late = [town.assigned(), town.assigned()]
    gone = town.card()
    dismiss(gone, "user:1", timezone.now(), "spam")
    told = ask(operator, "noise", [*fresh, *late, gone], reason="chatter").json()
    assert [pair.split(".")[0] for pair in told["cards"]] == [str(card.pk) for card in fresh]
    text = " ".join(strip_tags(told["html"]).split())
    assert "Карточек: 6. Можно: 3, нельзя: 3." in text
    assert f"уже назначены 2№ {late[0].number}, № {late[1].number}" in text
    assert f"отмечены «не инцидент» 1№ {gone.number}" in text
    assert "Поздравление или болтовня" in text
    assert states(fresh) == [State.NEW] * 3


def test_what_is_done_is_done_card_by_card_and_taken_back_at_once(operator: Client, town: Town) -> None:
    cards = [town.card() for _ in range(3)]
    before = [picture_of(card) for card in cards]
    answer = all_of(operator, "noise", cards, reason="spam")
    assert answer.status_code == 200
    assert answer.json()["done"] == [card.pk for card in cards]
    assert states(cards) == [State.NOISE] * 3
    assert Entry.objects.filter(verb="incident.dismiss", reason="spam").count() == 3

    back = operator.post("/undo/", {"batch": answer.json()["undo"]}, headers=FRAGMENT)
    assert sorted(back.json()["cards"]) == sorted(card.pk for card in cards)
    assert [picture_of(card) for card in cards] == before


def test_pieces_of_one_act_are_taken_back_together(operator: Client, town: Town) -> None:
    cards = [town.card() for _ in range(5)]
    seen = ask(operator, "noise", cards, reason="spam").json()
    for part in (seen["cards"][:2], seen["cards"][2:4], seen["cards"][4:]):
        assert do(operator, "noise", part, seen["batch"], reason="spam").json()["undo"] == seen["batch"]
        # However long the act takes, its ten seconds begin at its end.
        Undoable.objects.update(at=timezone.now() - timedelta(seconds=20))
    Undoable.objects.update(at=timezone.now())
    operator.post("/undo/", headers=FRAGMENT)
    assert states(cards) == [State.NEW] * 5


def test_an_earlier_piece_lives_as_long_as_the_last(operator: Client, town: Town) -> None:
    first, second = town.card(), town.card()
    seen = ask(operator, "noise", [first, second], reason="spam").json()
    do(operator, "noise", seen["cards"][:1], seen["batch"], reason="spam")
    Undoable.objects.update(at=timezone.now() - timedelta(seconds=25))
    do(operator, "noise", seen["cards"][1:], seen["batch"], reason="spam")
    assert not Undoable.objects.filter(at__lt=timezone.now() - timedelta(seconds=20)).exists()


def test_a_piece_that_was_heard_twice_is_done_once(operator: Client, card: Incident) -> None:
    seen = ask(operator, "noise", [card], reason="spam").json()
    first = do(operator, "noise", seen["cards"], seen["batch"], reason="spam")
    second = do(operator, "noise", seen["cards"], seen["batch"], reason="spam")
    assert first.json() == second.json()
    assert Entry.objects.filter(verb="incident.dismiss").count() == 1
    operator.post("/undo/", headers=FRAGMENT)
    assert states([card]) == [State.NEW]


def test_what_changed_since_the_preview_is_told_and_not_overridden(operator: Client, town: Town) -> None:
    mine, faster, noted = town.card(), town.card(), town.card()
    seen = ask(operator, "noise", [mine, faster, noted], reason="spam").json()
    assign(faster, Decision(town.roads, town.hole, town.city), town.curator, timezone.now())
    with book.turn():
        record(noted, "note", at=timezone.now(), actor="user:1")
    answer = do(operator, "noise", seen["cards"], seen["batch"], reason="spam")
    assert answer.status_code == 200
    assert answer.json()["done"] == [mine.pk, noted.pk]
    assert answer.json()["held"] == [{"words": "уже назначены", "numbers": [faster.number]}]
    assert (reread(faster).state, faster.agency) == (State.ASSIGNED, town.roads)
    assert not Undoable.objects.filter(incident=faster).exists()


def test_a_new_suggestion_since_the_preview_is_looked_at_again(operator: Client, town: Town, card: Incident) -> None:
    seen = ask(operator, "assignment", [card]).json()
    with book.turn():
        Suggestion.objects.create(incident=card, agency=town.roads, share=0.9, at=timezone.now())
        record(card, "suggest", at=timezone.now(), actor="machine:routing")
    answer = do(operator, "assignment", seen["cards"], seen["batch"])
    assert answer.status_code == 409
    assert answer.json()["held"][0]["words"] == "изменились, пока вы выбирали: посмотрите ещё раз"
    assert states([card]) == [State.NEW]


def test_a_made_up_revision_changes_nothing(operator: Client, town: Town) -> None:
    card = town.card()
    with book.turn():
        record(card, "suggest", at=timezone.now(), actor="machine:routing")
    for revision in ("", ".", ".0", ".999999999999", ".-5", ".x"):
        assert do(operator, "noise", [f"{card.pk}{revision}"], "", reason="spam").status_code == 409, revision
    assert states([card]) == [State.NEW]


def test_what_a_colleague_has_before_him_is_left_to_him(operator: Client, town: Town) -> None:
    card, free = town.card(), town.card()
    take_up(card, town.curator, timezone.now())
    told = ask(operator, "noise", [card, free], reason="spam").json()
    assert [pair.split(".")[0] for pair in told["cards"]] == [str(free.pk)]
    assert f"сейчас у коллеги: {town.curator.initials}" in told["html"]
    assert len(ask(operator, "tag", [card, free], name="снег").json()["cards"]) == 2


def test_ids_of_strangers_tell_nothing_and_change_nothing(client: Client, town: Town) -> None:
    own, foreign = town.assigned(), town.assigned(agency=town.roads)
    client.force_login(town.curator)
    told = ask(client, "tag", [own, foreign, 999_999_999], name="снег").json()
    assert [pair.split(".")[0] for pair in told["cards"]] == [str(own.pk)]
    assert f"№ {foreign.number}<" not in told["html"]
    assert "таких карточек нет, или они вам не видны" in told["html"]
    answer = do(client, "tag", [f"{foreign.pk}.{foreign.revision}", "999999999.1"], told["batch"], name="снег")
    assert (answer.status_code, answer.json()["unseen"], answer.json()["held"]) == (409, 2, [])
    assert not foreign.tags.exists()


def test_what_one_sees_but_may_not_do_is_told_by_number(client: Client, town: Town) -> None:
    """A head sees the whole region; as a curator he decides for the waterworks alone."""
    grant(town.curator, Role.HEAD)
    own, other = town.assigned(), town.assigned(agency=town.roads)
    client.force_login(town.curator)
    told = ask(client, "tag", [own, other], name="снег").json()
    assert [pair.split(".")[0] for pair in told["cards"]] == [str(own.pk)]
    assert "на них у вас нет прав" in told["html"]
    answer = do(client, "tag", [f"{own.pk}.{own.revision}", f"{other.pk}.{other.revision}"], "", name="снег").json()
    assert answer["done"] == [own.pk]
    assert answer["held"] == [{"words": "на них у вас нет прав", "numbers": [other.number]}]
    assert not other.tags.exists()


def test_a_form_that_lacks_something_says_what(operator: Client, town: Town) -> None:
    card = town.card()
    lacking: list[tuple[str, dict[str, str], str]] = [
        ("noise", {}, "reason"),
        ("noise", {"reason": "SPAM"}, "reason"),
        ("assignment", {"agency": "999999"}, "agency"),
        ("assignment", {"theme": "999999"}, "theme"),
        ("assignment", {"again": "1"}, "agency"),
        ("theme", {"theme": "x" * 200_000}, "theme"),
        ("tag", {"name": "\u200b\u202e"}, "name"),
    ]
    for act, chosen, field in lacking:
        for answer in (ask(operator, act, [card], **chosen), do(operator, act, [f"{card.pk}.0"], "", **chosen)):
            assert (answer.status_code, answer.json()["field"]) == (422, field), act
            assert answer.json()["words"]


def test_no_more_than_five_hundred_at_once_and_twenty_a_piece(operator: Client, card: Incident) -> None:
    told = ask(operator, "noise", [card, *range(10**9, 10**9 + 500)], reason="spam")
    assert (told.status_code, "500" in told.json()["words"]) == (422, True)
    told = ask(operator, "noise", [card, *range(10**9, 10**9 + 499)], reason="spam")
    assert len(told.json()["cards"]) == 1
    many = [f"{pk}.1" for pk in range(1, 22)]
    assert do(operator, "noise", many, "", reason="spam").status_code == 422
    for ids in ("", ",,,", "x,-1,0", "9" * 200_000, "\x00"):
        assert operator.post("/queue/many/noise/preview/", {"ids": ids}, headers=FRAGMENT).status_code == 422
        assert operator.post("/queue/many/noise/piece/", {"cards": ids}, headers=FRAGMENT).status_code == 422


def test_a_form_is_a_part_of_the_page_and_each_step_is_a_post(operator: Client, town: Town) -> None:
    for act in ("noise", "assignment", "theme", "tag", "answer", "repeat"):
        form, preview, piece = (f"/queue/many/{act}/{step}" for step in ("", "preview/", "piece/"))
        assert operator.get(form, headers=FRAGMENT).status_code == 200, act
        assert [operator.get(address).status_code for address in (form, preview, piece)] == [302, 405, 405], act


def test_an_act_that_does_not_exist_is_no_address(operator: Client, town: Town) -> None:
    assert operator.get("/queue/many/approve/", headers=FRAGMENT).status_code == 404
    assert ask(operator, "approve", [town.card()]).status_code == 404


def test_a_forged_piece_is_refused(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.operator)
    card = town.card()
    assert do(client, "noise", [f"{card.pk}.{card.revision}"], "", reason="spam").status_code == 403
    assert states([card]) == [State.NEW]


def test_nobody_takes_over_the_batch_of_another(client: Client, town: Town) -> None:
    first, second = town.card(), town.card()
    client.force_login(town.operator)
    told = all_of(client, "noise", [first], reason="spam").json()
    client.force_login(town.colleague)
    do(client, "noise", [f"{second.pk}.{second.revision}"], told["undo"], reason="spam")
    client.post("/undo/", {"batch": told["undo"]}, headers=FRAGMENT)
    assert states([first, second]) == [State.NOISE, State.NEW]


def test_the_preview_asks_no_more_for_forty_cards_than_for_four(operator: Client, town: Town) -> None:
    chosen = {"reason": "spam", "theme": town.hole.pk, "name": "снег"}
    cards = [town.card() for _ in range(40)]
    for act in ("noise", "assignment", "theme", "tag"):
        with at_most(10):
            assert ask(operator, act, cards, **chosen).status_code == 200

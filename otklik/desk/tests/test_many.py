"""Many cards at once: what the preview says, what is done in pieces and what is told of the rest; taking it back."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from otklik.desk.tests.pages import at_most, journal_verbs, reread, take_back
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
from otklik.work.models import Undoable
from tests.make.people import grant, signed_in
from tests.make.town import Town

FRAGMENT = {"Accept": "application/json", "X-Fragment": "1"}


def ask(client: Client, act: str, cards: Iterable[Incident | int], **chosen: object) -> Any:
    ids = ",".join(str(card if isinstance(card, int) else card.pk) for card in cards)
    return client.post(f"/queue/many/{act}/preview/", {"ids": ids, **chosen}, headers=FRAGMENT)


def asked(client: Client, act: str, cards: Iterable[Incident | int], **chosen: object) -> tuple[list[int], str]:
    """The ids of the cards with which it can be done, and what the preview says."""
    body = ask(client, act, cards, **chosen).json()
    return [int(one.split(".")[0]) for one in body["cards"]], " ".join(body["html"].split())


def do(client: Client, act: str, cards: list[str], batch: str, **chosen: object) -> Any:
    fields = {"cards": ",".join(cards), "batch": batch, **chosen}
    return client.post(f"/queue/many/{act}/piece/", fields, headers=FRAGMENT)


def all_of(client: Client, act: str, cards: Iterable[Incident], **chosen: object) -> Any:
    """The preview, and then one piece with everything that could be done."""
    seen = ask(client, act, cards, **chosen).json()
    return do(client, act, seen["cards"], seen["batch"], **chosen)


def as_seen(*cards: Incident) -> list[str]:
    return [f"{card.pk}.{card.revision}" for card in cards]


def states(cards: Iterable[Incident]) -> list[str]:
    return [Incident.objects.values_list("state", flat=True).get(pk=card.pk) for card in cards]


def test_the_preview_groups_what_cannot_be_done_and_asks_no_more_for_forty(operator: Client, town: Town) -> None:
    fresh = [town.card() for _ in range(3)]
    late, gone, held = [town.assigned(), town.assigned()], town.card(), town.card()
    dismiss(gone, "user:1", timezone.now(), "spam")
    take_up(held, town.curator, timezone.now())
    can, page = asked(operator, "noise", [*fresh, *late, gone, held], reason="chatter")
    assert can == [card.pk for card in fresh]
    text = " ".join(strip_tags(page).split())
    for words in (
        "Карточек: 7. Можно: 3, нельзя: 4.",
        f"уже назначены 2№ {late[0].number}, № {late[1].number}",
        f"отмечены «не инцидент» 1№ {gone.number}",
        f"сейчас у коллеги: {town.curator.initials}",
        "Поздравление или болтовня",
    ):
        assert words in text
    assert states(fresh) == [State.NEW] * 3
    assert asked(operator, "tag", [held, fresh[0]], name="снег")[0] == [held.pk, fresh[0].pk]
    chosen = {"reason": "spam", "theme": town.hole.pk, "name": "снег"}
    cards = [town.card() for _ in range(40)]
    for act in ("noise", "assignment", "theme", "tag"):
        with at_most(10):
            assert ask(operator, act, cards, **chosen).status_code == 200


def test_what_is_done_is_done_card_by_card_and_its_pieces_are_taken_back_at_once(operator: Client, town: Town) -> None:
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
    cards = [town.card() for _ in range(5)]
    seen = ask(operator, "noise", cards, reason="spam").json()
    for part in (seen["cards"][:2], seen["cards"][2:4], seen["cards"][4:]):
        assert do(operator, "noise", part, seen["batch"], reason="spam").json()["undo"] == seen["batch"]
        # However long the act takes, its ten seconds begin at its end.
        assert not Undoable.objects.filter(at__lt=timezone.now() - timedelta(seconds=20)).exists()
        Undoable.objects.update(at=timezone.now() - timedelta(seconds=25))
    Undoable.objects.update(at=timezone.now())
    take_back(operator)
    assert states(cards) == [State.NEW] * 5


def test_a_piece_heard_twice_is_done_once_in_nobody_elses_batch(operator: Client, card: Incident, town: Town) -> None:
    seen = ask(operator, "noise", [card], reason="spam").json()
    first, second = (do(operator, "noise", seen["cards"], seen["batch"], reason="spam").json() for _ in "12")
    assert first == second
    assert len(journal_verbs(verb="incident.dismiss")) == 1
    take_back(operator)
    assert states([card]) == [State.NEW]
    first, second, colleague = town.card(), town.card(), signed_in(town.colleague)
    batch = all_of(operator, "noise", [first], reason="spam").json()["undo"]
    do(colleague, "noise", as_seen(second), batch, reason="spam")
    take_back(colleague, batch=batch)
    assert states([first, second]) == [State.NOISE, State.NEW]


def test_what_changed_since_the_preview_is_told_not_overridden(operator: Client, town: Town, card: Incident) -> None:
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
    seen = ask(operator, "assignment", [card]).json()
    with book.turn():
        Suggestion.objects.create(incident=card, agency=town.roads, share=0.9, at=timezone.now())
        record(card, "suggest", at=timezone.now(), actor="machine:routing")
    answer = do(operator, "assignment", seen["cards"], seen["batch"])
    assert answer.status_code == 409
    assert answer.json()["held"][0]["words"] == "изменились, пока вы выбирали: посмотрите ещё раз"
    for revision in ("", ".", ".0", ".999999999999", ".-5", ".x"):
        assert do(operator, "noise", [f"{card.pk}{revision}"], "", reason="spam").status_code == 409, revision
    assert states([card]) == [State.NEW]


def test_what_strangers_may_not_know_or_colleagues_not_do_is_told_apart_and_left(town: Town) -> None:
    own, foreign, client = town.assigned(), town.assigned(agency=town.roads), signed_in(town.curator)
    can, page = asked(client, "tag", [own, foreign, 999_999_999], name="снег")
    assert can == [own.pk]
    assert f"№ {foreign.number}<" not in page
    assert "таких карточек нет, или они вам не видны" in page
    answer = do(client, "tag", [*as_seen(foreign), "999999999.1"], "", name="снег")
    assert (answer.status_code, answer.json()["unseen"], answer.json()["held"]) == (409, 2, [])
    assert not foreign.tags.exists()
    # A head sees the whole region; as a curator he decides for the waterworks alone.
    grant(town.curator, Role.HEAD)
    own, other, client = town.assigned(), town.assigned(agency=town.roads), signed_in(town.curator)
    can, page = asked(client, "tag", [own, other], name="снег")
    assert (can, "на них у вас нет прав" in page) == ([own.pk], True)
    answer = do(client, "tag", as_seen(own, other), "", name="снег").json()
    assert answer["done"] == [own.pk]
    assert answer["held"] == [{"words": "на них у вас нет прав", "numbers": [other.number]}]
    assert not other.tags.exists()


def test_a_form_that_lacks_something_or_asks_too_much_says_what(operator: Client, town: Town, card: Incident) -> None:
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
    response = ask(operator, "noise", [card, *range(10**9, 10**9 + 500)], reason="spam")
    assert (response.status_code, "500" in response.json()["words"]) == (422, True)
    response = ask(operator, "noise", [card, *range(10**9, 10**9 + 499)], reason="spam")
    assert len(response.json()["cards"]) == 1
    assert do(operator, "noise", [f"{pk}.1" for pk in range(1, 22)], "", reason="spam").status_code == 422
    for ids in ("", ",,,", "x,-1,0", "9" * 200_000, "\x00"):
        assert operator.post("/queue/many/noise/preview/", {"ids": ids}, headers=FRAGMENT).status_code == 422
        assert operator.post("/queue/many/noise/piece/", {"cards": ids}, headers=FRAGMENT).status_code == 422


def test_a_form_is_a_part_of_the_page_and_each_step_a_post(operator: Client, town: Town, card: Incident) -> None:
    for act in ("noise", "assignment", "theme", "tag", "answer", "repeat"):
        form, preview, piece = (f"/queue/many/{act}/{step}" for step in ("", "preview/", "piece/"))
        assert operator.get(form, headers=FRAGMENT).status_code == 200, act
        assert [operator.get(address).status_code for address in (form, preview, piece)] == [302, 405, 405], act
    assert operator.get("/queue/many/approve/", headers=FRAGMENT).status_code == 404
    assert ask(operator, "approve", [card]).status_code == 404
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(town.operator)
    assert do(forger, "noise", as_seen(card), "", reason="spam").status_code == 403
    assert states([card]) == [State.NEW]

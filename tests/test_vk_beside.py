from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import State
from otklik.lib import clock
from otklik.networks.base import CannotTell, Speech
from otklik.networks.errors import NeedsPerson
from otklik.networks.vk import rounds
from otklik.networks.vk.beside import NO_VOICE
from otklik.publishing.models import Delivery, Sent
from tests.region import Region, approved, assigned, give_key, listen, only_card, settle
from tests.sandbox.process import Sandbox
from tests.sandbox.town import Town
from tests.stages import BESIDE, Stage
from tests.story import COMPLAINT
from tests.test_forged_events import hooked, push
from tests.test_seven_networks_hearing import (
    reading,
    test_a_link_brings_the_text_alone,
    test_a_text_is_heard_once_with_its_address_author_and_link,
)
from tests.test_vk_connector import editor
from tests.vk_account import VKONTAKTE, account
from tests.vk_account import reading as reading_of

__all__ = ["hooked", "reading", "test_a_link_brings_the_text_alone"]
__all__ += ["test_a_text_is_heard_once_with_its_address_author_and_link"]
pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture(params=list(BESIDE))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stage(kind: str, sandbox: Sandbox) -> Stage:
    """What every connector does holds here, too: a place beside the wall is one more stage for those tests."""
    return BESIDE[kind](sandbox)


def thing(town: Town, kind: str) -> str:
    return str(town.sandbox.control("vk/things", kind=kind, owner_id=town.wall, title="Двор")["address"])


def comment(town: Town, under: str, text: str = "Темно", **more: Any) -> str:
    fields = {"under": under, "text": text, "person": str(town.anna)} | more
    return str(town.sandbox.control("vk/texts", **fields)["address"])


def thread_items(town: Town, address: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = town.sandbox.inspect("vk/thread", address=address)["items"]
    return items


def test_all_is_heard_and_quiet_costs_a_call_a_part(town: Town, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "SWEEP", 10**9)  # whose turn it is depends on the numbers that the sandbox has given
    above = thing(town, kind)
    texts = [{"under": above, "text": f"н {at}", "person": str(town.anna)} for at in range(230)]
    town.sandbox.control("vk/texts/batch", texts=texts)
    asking = reading_of(account(town, user=True, push=True))
    assert {text for text in asking.texts() if text.startswith("н ")} == {each["text"] for each in texts}
    turns: list[str] = []
    asking.access = replace(asking.access, turn=turns.append)
    assert asking.fetched().raws == ()
    assert len(turns) == 4, "the wall, the photos, the board, the videos"
    address = comment(town, above, "Ещё")
    asking.raws()
    town.sandbox.control("vk/texts/edit", address=address, text="Светло")
    comment(town, above, "И ещё")
    assert {"И ещё", "Светло"} <= set(asking.texts())


def test_nobody_elses_community_speaks_there_and_no_other_token(town: Town, kind: str) -> None:
    asked = comment(town, thing(town, kind))
    answer = Speech("Починят завтра.", asked, asked.partition("?")[0], attempted_at=datetime.now(UTC))
    guest = replace(account(town, group=town.guest), tokens={"community": town.guest_token, "user": town.admin})
    for voice, words in ((guest, "только у себя"), (account(town), "ключ пользователя")):
        with pytest.raises(NeedsPerson, match=words):
            VKONTAKTE.publish(voice, answer, "key-1")
    assert len(thread_items(town, asked)) == 2
    blind = VKONTAKTE.find(account(town), answer)
    assert isinstance(blind, CannotTell) is (kind != "topic"), "a board is shown to a service token too"


def test_without_a_users_token_the_editor_says_so_at_once(town: Town, region: Region, kind: str) -> None:
    listen()
    comment(town, thing(town, kind), COMPLAINT)
    listen()
    card = assigned(region, only_card())
    assert NO_VOICE in editor(region.executor, card)
    approved(region, card)
    settle()
    delivery = Delivery.objects.get()
    assert (delivery.hold, delivery.words) == (Delivery.Hold.BY_HAND, NO_VOICE)


def test_the_same_words_to_somebody_else_in_the_topic_are_not_taken_for_ours(town: Town, region: Region) -> None:
    """A topic does not tell whom an answer is for, and both answers were on their way at once."""
    give_key(region.own, "user", town.admin)
    listen()
    above = thing(town, "topic")
    comment(town, above, COMPLAINT)
    listen()
    first = only_card()
    other = comment(town, above, "Яма во дворе на Садовой", person=str(town.boris))
    listen()
    second = Message.objects.get(external_id=other).incidents.get()
    assert first != second
    town.fault("http_before", "board.createComment", count=1)
    approved(region, assigned(region, second))
    settle()
    unclear = Delivery.objects.get()
    assert (unclear.state, unclear.seen) == (Delivery.State.UNKNOWN, [])
    approved(region, assigned(region, first))
    settle()
    Delivery.objects.filter(pk=unclear.pk).update(due_at=clock.now())
    settle()
    unclear.refresh_from_db()
    assert (unclear.state, unclear.hold) == (Delivery.State.UNKNOWN, Delivery.Hold.PERSON)
    assert Sent.objects.count() == 1


GONE = {"photo": "photo_comment_delete", "topic": "board_post_delete", "video": "video_comment_delete"}


def test_a_complaint_goes_all_the_way_and_forgeries_change_nothing(town: Town, hooked: Region, kind: str) -> None:
    """A pushed event is a hint here too: the network is asked before anything is believed."""
    give_key(hooked.own, "user", town.admin)
    listen()
    address = comment(town, thing(town, kind), COMPLAINT)
    listen()
    owner = "topic_owner_id" if kind == "topic" else "owner_id"
    number, note = (int(part.rpartition(sign)[2]) for part, sign in zip(address.split("?"), "_=", strict=True))
    deletion = {owner: town.wall, "id": note, f"{kind}_id": number, "deleter_id": town.anna}
    push(hooked, GONE[kind], deletion)
    assert main_message(only_card()).deleted_at is None
    where = {f"{kind}_owner_id": town.wall, f"{kind}_id": number}
    ours = where | {"id": 999, "from_id": town.wall, "date": 1, "text": "Да"}
    push(hooked, GONE[kind].replace("delete", "new"), ours)
    assert not Message.objects.filter(text="Да").exists()
    card = assigned(hooked, only_card())
    assert (main_message(card).external_id, main_message(card).closed) == (address, "")
    approved(hooked, card)
    settle()
    assert Sent.objects.get().external_id == thread_items(town, address)[-1]["address"]
    assert only_card().state == State.RATING
    listen()
    assert Message.objects.filter(own=True, thread__external_id=address.partition("?")[0]).count() == 1
    town.sandbox.control("vk/texts/delete", address=address)
    push(hooked, GONE[kind], {**deletion, "n": 2})
    assert main_message(only_card()).deleted_at is not None

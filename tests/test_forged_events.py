"""An event is a hint: whoever knows the secret of a hook can neither settle an answer nor end a card by a forgery."""

from typing import Any

import pytest
from django.test import Client

from otklik.feedback.models import Rating
from otklik.inbox.models import Hint, Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import State
from otklik.lib import clock
from otklik.networks.models import Source, Token
from otklik.publishing.models import Delivery, Sent
from tests.region import FINAL, Region, approved, assigned, hear, listen, only_card, settle
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
SECRET = "known-to-the-forger"


@pytest.fixture
def hooked(region: Region) -> Region:
    """The town's community is heard by pushes too; the forger has learnt the secret."""
    region.own.hook_secret = SECRET
    region.own.save()
    return region


def push(region: Region, kind: str, thing: dict[str, Any]) -> None:
    group = int(region.own.external_id)
    event = {"type": kind, "group_id": group, "secret": SECRET, "event_id": f"{kind}-{thing}", "v": "5.199"}
    address = f"/hooks/vk/{region.own.hook_key}/"
    assert Client().post(address, {**event, "object": thing}, content_type="application/json").content == b"ok"
    settle()


def comment(town: Town, number: int, author: int, text: str, reply_to: int = 0) -> dict[str, Any]:
    where = {"id": number, "owner_id": town.wall, "post_id": town.post, "from_id": author}
    above = {"reply_to_comment": reply_to, "reply_to_user": town.anna} if reply_to else {}
    stack = {"parents_stack": [reply_to] if reply_to else []}
    return {**where, "date": int(clock.now().timestamp()), "text": text, **stack, **above}


def answered(town: Town, region: Region) -> int:
    """The only card was answered; the number of the answer's comment."""
    hear(town, "Во дворе в Речном третий день темно, не горит фонарь!")
    approved(region, assigned(region, only_card()))
    settle()
    (our_answer,) = [item for item in town.thread() if item["from_group"]]
    return int(our_answer["id"])


def test_our_own_words_that_nobody_said_settle_no_delivery(town: Town, hooked: Region) -> None:
    asked = hear(town, "Во дворе в Речном темно")
    town.fault("http_before", "wall.createComment", count=1)
    approved(hooked, assigned(hooked, only_card()))
    settle()
    delivery = Delivery.objects.get()
    assert delivery.state == Delivery.State.UNKNOWN
    push(hooked, "wall_reply_new", comment(town, 999, -town.guest, FINAL.text, asked))
    delivery.refresh_from_db()
    assert (delivery.state, Sent.objects.count()) == (Delivery.State.UNKNOWN, 0)
    assert not Message.objects.filter(text=FINAL.text).exists()
    assert only_card().state == State.PUBLISHING


def test_edits_and_deletions_that_were_not_made_change_nothing(town: Town, hooked: Region) -> None:
    asked = hear(town, "Во дворе в Речном темно")
    push(hooked, "wall_reply_edit", comment(town, asked, town.anna, "Всё хорошо, спасибо"))
    assert main_message(only_card()).text == "Во дворе в Речном темно"
    town.sandbox.control(f"vk/comments/{town.wall}_{asked}/edit", text="Во дворе в Речном темно и сыро")
    push(hooked, "wall_reply_edit", comment(town, asked, town.anna, "что угодно"))
    assert main_message(only_card()).text == "Во дворе в Речном темно и сыро"
    before = only_card()
    push(hooked, "wall_reply_delete", {"id": asked, "owner_id": town.wall, "post_id": town.post})
    assert main_message(only_card()).deleted_at is None
    assert only_card().revision == before.revision
    town.sandbox.control(f"vk/comments/{town.wall}_{asked}/delete")
    push(hooked, "wall_reply_delete", {"id": asked, "owner_id": town.wall, "post_id": town.post, "n": 2})
    assert main_message(only_card()).deleted_at is not None
    next_one = town.comment("Скамейка у подъезда в Речном") + 1
    push(hooked, "wall_reply_delete", {"id": next_one, "owner_id": town.wall, "post_id": town.post})
    number = town.comment("Яма на дороге в Речном")
    assert number == next_one, "the forger knows the next number"
    push(hooked, "wall_reply_new", comment(town, number, town.anna, "Яма на дороге в Речном"))
    assert Message.objects.get(text="Яма на дороге в Речном").deleted_at is None


def test_thanks_that_the_author_did_not_say_close_no_card(town: Town, hooked: Region) -> None:
    answer_number = answered(town, hooked)
    push(hooked, "wall_reply_new", comment(town, 998, town.anna, "Спасибо, решено!", answer_number))
    assert (only_card().state, Rating.objects.count()) == (State.RATING, 0)
    thanks = town.comment("Спасибо, починили!", reply_to=answer_number)
    push(hooked, "wall_reply_new", comment(town, thanks, town.anna, "что угодно", answer_number))
    assert list(Rating.objects.values_list("message__text", flat=True)) == ["Спасибо, починили!"]


def test_a_new_complaint_needs_no_look(town: Town, hooked: Region) -> None:
    listen()
    number = town.comment("Яма на дороге в Речном")
    Token.objects.all().delete()  # nothing could be asked
    Source.objects.update(active=False)
    push(hooked, "wall_reply_new", comment(town, number, town.anna, "Яма на дороге в Речном"))
    assert main_message(only_card()).text == "Яма на дороге в Речном"
    assert not Hint.objects.exists()


def test_what_cannot_be_looked_up_is_believed_and_ends_nothing(town: Town, hooked: Region) -> None:
    answer_number = answered(town, hooked)
    Token.objects.exclude(kind="community").delete()  # a community's own token may not read walls
    push(hooked, "wall_reply_new", comment(town, 998, town.anna, "Спасибо, решено!", answer_number))
    assert Rating.objects.get().suggested
    assert only_card().state == State.RATING

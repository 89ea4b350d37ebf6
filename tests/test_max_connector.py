"""What is MAX's own, with its connector against the emulator: posts that are told in three ways, a stream that forgets
after a day, pushes that are missed, comments that are written as the channel."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from otklik.inbox.models import Message
from otklik.networks.base import Place, Post, Speech
from otklik.networks.errors import Permanent
from tests.connectors import by_address, only
from tests.max_account import MAX, account, own, reading
from tests.region import listen
from tests.sandbox.max_town import MaxTown
from tests.stages import Stage
from tests.story import Way

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def subscribe_nobody(town: MaxTown) -> None:
    """Pushes go where nobody listens."""
    town.call("POST", "/subscriptions", json={"url": "http://127.0.0.1:9/nobody"})


def test_what_is_older_than_the_stream_keeps_is_found_in_the_channel(max_town: MaxTown) -> None:
    stream = own(max_town)
    stream.looks(3)
    address = max_town.write("Написано, пока мы молчали")
    stream.late = timedelta(hours=25)
    max_town.sandbox.control("clock", offset=25 * 3600)
    assert list(by_address(stream.looks(3))) == [address]


@pytest.mark.alike
@pytest.mark.parametrize("moves", [True, False])
@pytest.mark.parametrize(("order", "edges"), [("asc", "exclusive"), ("desc", "inclusive")])
def test_what_pushes_missed_is_found_and_nothing_twice(max_town: MaxTown, order: str, edges: str, moves: bool) -> None:
    max_town.switch(comment_order=order, comment_edges=edges, comment_moves_chat=moves)
    subscribe_nobody(max_town)
    stream = own(max_town, push=True)
    max_town.write("До всего")
    stream.looks(3)
    batch = [{"text": f"жалоба {n}", "under": max_town.post, "person": max_town.boris} for n in range(230)]
    written = max_town.sandbox.control("max/texts/batch", texts=batch)["addresses"]
    assert set(written) <= set(by_address(stream.looks(6)))
    assert stream.looks(3) == []


def test_posts_of_a_long_silence_are_all_heard(max_town: MaxTown) -> None:
    stream = own(max_town, push=True, posts=5)
    subscribe_nobody(max_town)
    stream.looks(3)
    for number in range(17):
        post = max_town.write(f"Новость {number}", place=max_town.channel, person="")
        max_town.write(f"Вопрос {number}", under=post)
    texts = {post.text for post in only(stream.looks(5), Post)}
    assert texts == {f"{word} {number}" for word in ("Новость", "Вопрос") for number in range(17)}


def test_a_foreign_subscription_leaves_the_look_at_all_chats(max_town: MaxTown) -> None:
    max_town.switch(chats_listed=True)
    max_town.write("Недавно", to=max_town.bot, person=max_town.boris)  # within the overlap of the next look
    subscribe_nobody(max_town)
    stream = own(max_town)
    heard = stream.looks(3)
    max_town.write("Во дворе темно")
    max_town.write("Лично", to=max_town.bot)
    heard += stream.looks(3)
    max_town.write("Ещё лично", to=max_town.bot)
    max_town.write("Опять", to=max_town.bot, person=max_town.boris)
    heard += stream.looks(3)
    texts = [post.text for post in only(heard, Post)]
    assert sorted(texts) == sorted(["Что нового?", "Во дворе темно", "Лично", "Опять", "Ещё лично", "Недавно"])
    (line,) = [right for right in MAX.rights(account(max_town)) if not right.ok]
    assert "push" in line.advice


def test_a_dialogue_tells_where_its_writer_stands_and_ends_when_he_stops_the_bot(max_town: MaxTown) -> None:
    stream = own(max_town)
    stream.looks(3)
    address = max_town.write("Здравствуйте", to=max_town.bot, lat=55.5, long=37.25)
    heard = by_address(stream.looks(3))[address]
    assert (heard.place, heard.latitude, heard.longitude) == (Place.DIRECT, 55.5, 37.25)
    assert heard.community == MAX.voice(str(max_town.bot))
    assert reading(account(max_town), "link", address).texts() == ["Здравствуйте"]
    max_town.sandbox.control("max/dialogues", bot=max_town.bot, person=max_town.anna, started=False)
    speech = Speech("Ответ", address, heard.thread, direct=True, attempted_at=datetime.now(UTC))
    with pytest.raises(Permanent, match="остановил"):
        MAX.publish(account(max_town), speech, "k")


def test_the_self_check_names_another_bot_and_a_missing_right(max_town: MaxTown) -> None:
    (strange,) = MAX.rights(replace(account(max_town), external_id="5"))
    assert str(max_town.bot) in strange.advice
    max_town.admit(max_town.bot, max_town.channel, "read_all_messages")
    named = account(max_town, options={"channels": [max_town.channel, "nonsense"]})
    (missing,) = [right for right in MAX.rights(named) if not right.ok]
    assert missing.name == "Права в канале «Город Речной»"
    assert "писать" in missing.advice


@pytest.mark.parametrize("stage", ["max"], indirect=True)
def test_a_removal_without_its_post_deletes_that_comment_and_no_other(stage: Stage, asking: Way) -> None:
    stage.sandbox.control("switches", network="max", switches={"post_id": "null"})
    first, second = stage.complain("Первый"), stage.complain("Второй")
    asking.rest()
    stage.delete(first)
    for _ in range(3):
        listen()
    assert list(Message.objects.filter(deleted_at__isnull=False).values_list("external_id", flat=True)) == [first]
    assert Message.objects.filter(external_id=second, deleted_at=None).exists()

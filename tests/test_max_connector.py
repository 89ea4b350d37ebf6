"""The MAX connector against the emulator over HTTP: what a citizen writes is heard, what we say is seen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from otklik.networks.base import Deletion, Edit, Photo, Place, Post, Published, Speech
from otklik.networks.errors import AuthLost, NeedsPerson, OutcomeUnknown, Permanent, RetryAt
from tests.max_account import MAX, PIXEL, Reading, account, own, reply_to
from tests.sandbox.max_town import MaxTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def test_a_comment_is_heard_by_polling_with_its_address(max_town: MaxTown) -> None:
    reading = own(max_town)
    assert set(reading.texts()) == {"Что нового?"}
    address = max_town.write("Во дворе темно")
    heard = reading.events()[0]
    assert isinstance(heard, Post)
    assert (heard.text, heard.external_id, heard.place) == ("Во дворе темно", address, Place.COMMENT)
    assert (heard.thread, heard.parent) == (max_town.post, max_town.post)
    assert heard.author.external_id == f"max:user:{max_town.anna}"
    assert heard.author.name == "Анна Пробная"
    assert heard.community == str(max_town.channel)
    assert heard.url.startswith(f"{max_town.base}/c/{max_town.channel}/")
    assert not heard.own
    assert reading.events() == []


def test_edits_and_deletions_are_heard(max_town: MaxTown) -> None:
    reading = own(max_town)
    address = max_town.write("Темно")
    reading.until_quiet()
    max_town.edit(address, "Светло")
    max_town.delete(address)
    edited, deleted = reading.events()
    assert isinstance(edited, Edit)
    assert edited.post.text == "Светло"
    assert edited.post.edited_at is not None
    assert isinstance(deleted, Deletion)
    assert deleted.external_id == edited.post.external_id == address


@pytest.mark.parametrize("how", ["string", "number", "null"])
def test_the_same_comment_has_the_same_address_however_its_post_is_told(max_town: MaxTown, how: str) -> None:
    max_town.switch(post_id=how)
    reading = own(max_town)
    reading.until_quiet()
    first = max_town.write("Вода холодная")
    second = max_town.write("И у нас", under=first, person=max_town.boris)
    heard = [event for event in reading.until_quiet() if isinstance(event, Post)]
    assert {event.external_id for event in heard} == {first, second}
    assert {event.parent for event in heard} == {max_town.post, first}
    max_town.delete(first)
    gone = [event.external_id for event in reading.until_quiet() if isinstance(event, Deletion)]
    assert first in gone
    assert all(address.endswith(first.rpartition("=")[2]) for address in gone)


def test_an_edit_without_its_post_is_read_where_it_stands(max_town: MaxTown) -> None:
    max_town.switch(post_id="null")
    reading = own(max_town)
    address = max_town.write("Темно")
    reading.until_quiet()
    max_town.edit(address, "Темно и сыро")
    assert [event.text for event in reading.until_quiet() if isinstance(event, Post)] == ["Темно и сыро"]


@pytest.mark.parametrize(
    ("fault", "code"), [("http_before", 503), ("drop_after", 0), ("http_after", 502), ("error", 429)]
)
def test_nothing_is_lost_when_the_stream_breaks(max_town: MaxTown, fault: str, code: int) -> None:
    reading = own(max_town)
    reading.until_quiet()
    address = max_town.write("Написано перед обрывом")
    max_town.fault(fault, "getUpdates", code=code)
    with pytest.raises(RetryAt):
        reading.events()
    assert [event.external_id for event in reading.events() if isinstance(event, Post)] == [address]


def test_what_is_older_than_the_stream_keeps_is_found_in_the_channel(max_town: MaxTown) -> None:
    reading = own(max_town)
    reading.until_quiet()
    address = max_town.write("Написано, пока мы молчали")
    reading.late = timedelta(hours=25)
    max_town.sandbox.control("clock", offset=25 * 3600)
    heard = [event.external_id for event in reading.until_quiet() if isinstance(event, Post)]
    assert heard == [address]


@pytest.mark.parametrize("moves", [True, False])
@pytest.mark.parametrize(("order", "edges"), [("asc", "exclusive"), ("desc", "inclusive")])
def test_what_pushes_missed_is_found_and_nothing_is_told_twice(
    max_town: MaxTown, order: str, edges: str, moves: bool
) -> None:
    max_town.switch(comment_order=order, comment_edges=edges, comment_moves_chat=moves)
    max_town.call("POST", "/subscriptions", json={"url": "http://127.0.0.1:9/nobody"})
    reading = own(max_town, push=True)
    before = max_town.write("До всего")
    reading.until_quiet()
    batch = [{"text": f"жалоба {n}", "under": max_town.post, "person": max_town.boris} for n in range(230)]
    told = max_town.sandbox.control("max/texts/batch", texts=batch)["addresses"]
    heard = [event.external_id for event in reading.until_quiet(looks=6) if isinstance(event, Post)]
    assert set(told) <= set(heard)
    assert before not in set(told)
    assert reading.until_quiet() == []


def test_a_quiet_place_costs_three_calls(max_town: MaxTown) -> None:
    max_town.call("POST", "/subscriptions", json={"url": "http://127.0.0.1:9/nobody"})
    reading = own(max_town, push=True)
    reading.until_quiet()
    max_town.sandbox.record.unlink(missing_ok=True)
    assert reading.raws() == ()
    assert len(max_town.sandbox.record.read_text().splitlines()) == 3  # subscription, channel, one post in turn


def test_posts_of_a_long_silence_are_all_heard(max_town: MaxTown) -> None:
    reading = own(max_town, push=True, posts=5)
    max_town.call("POST", "/subscriptions", json={"url": "http://127.0.0.1:9/nobody"})
    reading.until_quiet()
    for number in range(17):
        post = max_town.write(f"Новость {number}", place=max_town.channel, person="")
        max_town.write(f"Вопрос {number}", under=post)
    heard = {event.text for event in reading.until_quiet(looks=5) if isinstance(event, Post)}
    assert heard == {f"{word} {number}" for word in ("Новость", "Вопрос") for number in range(17)}


def test_a_lost_subscription_does_not_lose_events(max_town: MaxTown) -> None:
    reading = own(max_town, push=True)
    reading.until_quiet()
    max_town.write("Лично", to=max_town.bot)
    assert "Лично" in [event.text for event in reading.until_quiet() if isinstance(event, Post)]


def test_a_foreign_subscription_leaves_the_look_at_all_chats(max_town: MaxTown) -> None:
    max_town.switch(chats_listed=True)
    max_town.write("Недавно", to=max_town.bot, person=max_town.boris)  # within the overlap of the next look
    max_town.call("POST", "/subscriptions", json={"url": "http://127.0.0.1:9/nobody"})
    reading = own(max_town)
    reading.until_quiet()
    max_town.write("Во дворе темно")
    max_town.write("Лично", to=max_town.bot)
    reading.until_quiet()
    max_town.write("Ещё лично", to=max_town.bot)
    max_town.write("Опять", to=max_town.bot, person=max_town.boris)
    reading.until_quiet()
    heard = [event.text for event in reading.all if isinstance(event, Post)]
    assert sorted(heard) == sorted(["Что нового?", "Во дворе темно", "Лично", "Опять", "Ещё лично", "Недавно"])
    (line,) = [right for right in MAX.rights(account(max_town)) if not right.ok]
    assert "push" in line.advice


def test_a_reply_hangs_under_the_comment_and_is_found_there(max_town: MaxTown) -> None:
    asked = max_town.write("Когда починят фонарь?")
    speech = reply_to(max_town, asked)
    assert MAX.find(account(max_town), speech) is None
    said = MAX.publish(account(max_town), speech, "k")
    (shown,) = [item for item in max_town.thread() if item["text"] == speech.text]
    assert (shown["address"], shown["parent"], shown["official"]) == (said.external_id, asked, True)
    assert MAX.find(account(max_town), speech) == said
    assert MAX.replies(account(max_town), speech) == {said.external_id}
    again = replace(speech, seen=frozenset({said.external_id}))
    assert MAX.find(account(max_town), again) is None


def test_a_reply_under_a_post_itself_is_found_there_alone(max_town: MaxTown) -> None:
    speech = reply_to(max_town, max_town.post, "Приглашаем на субботник.")
    said = MAX.publish(account(max_town), speech, "k")
    assert MAX.find(account(max_town), speech) == said
    asked = max_town.write("Где?")
    assert MAX.find(account(max_town), reply_to(max_town, asked, speech.text)) is None


def test_our_words_written_as_the_channel_are_ours_still(max_town: MaxTown) -> None:
    max_town.switch(bot_comments_as="channel")
    asked = max_town.write("Когда?")
    reading = own(max_town, push=True)
    max_town.call("POST", "/subscriptions", json={"url": "http://127.0.0.1:9/nobody"})
    speech = reply_to(max_town, asked)
    said = MAX.publish(account(max_town), speech, "k")
    assert MAX.find(account(max_town), speech) == said
    (ours,) = [event for event in reading.until_quiet() if isinstance(event, Post) and event.text == speech.text]
    assert (ours.own, ours.author.external_id) == (True, f"max:chat:{max_town.channel}")


@pytest.mark.parametrize(("fault", "came"), [("drop_after", True), ("http_after", True), ("drop_before", False)])
def test_an_unclear_answer_is_looked_up_and_then_known(max_town: MaxTown, fault: str, came: bool) -> None:
    speech = reply_to(max_town, max_town.write("Когда?"))
    max_town.fault(fault, "createComment")
    with pytest.raises(OutcomeUnknown):
        MAX.publish(account(max_town), speech, "k")
    found = MAX.find(account(max_town), speech)
    assert isinstance(found, Published) is came
    assert max_town.texts().count(speech.text) == int(came)


@pytest.mark.parametrize(
    ("code", "wanted"),
    [(401, AuthLost), (403, Permanent), (404, Permanent), (429, RetryAt), (422, Permanent), (503, OutcomeUnknown)],
)
def test_refusals_come_as_classes(max_town: MaxTown, code: int, wanted: type[Exception]) -> None:
    speech = reply_to(max_town, max_town.write("Когда?"))
    max_town.fault("error", "createComment", code=code)
    with pytest.raises(wanted):
        MAX.publish(account(max_town), speech, "k")
    assert max_town.texts().count(speech.text) == 0


@pytest.mark.parametrize("fault", ["soft_refusal", "soft_error"])
def test_a_refusal_with_status_200_is_a_refusal(max_town: MaxTown, fault: str) -> None:
    speech = reply_to(max_town, max_town.write("Когда?"))
    max_town.fault(fault, "createComment")
    with pytest.raises(Permanent):
        MAX.publish(account(max_town), speech, "k")


def test_a_deleted_comment_cannot_be_answered_nor_opened(max_town: MaxTown) -> None:
    asked = max_town.write("Когда?")
    assert Reading(account(max_town), "link", asked).texts() == ["Когда?"]
    max_town.delete(asked)
    with pytest.raises(Permanent):
        MAX.publish(account(max_town), reply_to(max_town, asked), "k")
    with pytest.raises(Permanent):
        Reading(account(max_town), "link", asked).texts()


@pytest.mark.parametrize("status", [403, 400, 404])
def test_a_channel_without_comments_says_so(max_town: MaxTown, status: int) -> None:
    asked = max_town.write("Когда?")
    max_town.switch(comments_off=status)
    max_town.sandbox.control("max/places", id=max_town.channel, name="Город Речной", link="rechnoy", comments=False)
    with pytest.raises(Permanent, match="Комментарии в этом канале выключены"):
        MAX.publish(account(max_town), reply_to(max_town, asked), "k")
    assert Reading(account(max_town), "foreign", str(max_town.channel)).texts() == ["Что нового?", "Когда?"]


@pytest.mark.parametrize("text", ["Смотрите https://mos.ru", "Спросите @anna_m", "ю" * 4001])
def test_what_a_comment_does_not_take_is_refused_before_a_byte_leaves(max_town: MaxTown, text: str) -> None:
    speech = reply_to(max_town, max_town.write("Когда?"), text)
    max_town.sandbox.record.unlink(missing_ok=True)
    with pytest.raises(NeedsPerson):
        MAX.publish(account(max_town), speech, "k")
    shown = replace(speech, text="Вот", photos=(Photo("a.png", PIXEL, "image/png"),))
    with pytest.raises(NeedsPerson, match="фотографий"):
        MAX.publish(account(max_town), shown, "k")
    assert not max_town.sandbox.record.exists()


def test_a_guest_hears_and_answers_in_another_channel(max_town: MaxTown) -> None:
    guest = account(max_town, other=True)
    with pytest.raises(Permanent, match="не администратор"):
        Reading(guest, "foreign", str(max_town.channel)).raws()
    max_town.admit(max_town.other_bot, max_town.channel)
    reading = Reading(guest, "foreign", "https://max.ru/rechnoy")
    assert (reading.texts(), reading.called) == (["Что нового?"], str(max_town.channel))
    asked = max_town.write("Яма на Садовой")
    heard = [event for event in reading.until_quiet() if isinstance(event, Post)]
    assert [(event.external_id, event.community) for event in heard] == [(asked, str(max_town.channel))]
    said = MAX.publish(guest, reply_to(max_town, asked, "Засыпали."), "k")
    (ours,) = [event for event in reading.until_quiet() if isinstance(event, Post)]
    assert (ours.external_id, ours.parent, ours.own) == (said.external_id, asked, True)
    max_town.admit(max_town.other_bot, max_town.channel, "read_all_messages")
    with pytest.raises(Permanent):
        MAX.publish(guest, reply_to(max_town, asked, "Ещё раз."), "k")


def test_a_dialogue_is_heard_answered_and_looked_up(max_town: MaxTown) -> None:
    reading = own(max_town)
    reading.until_quiet()
    address = max_town.write("Здравствуйте", to=max_town.bot, lat=55.5, long=37.25)
    (heard,) = [event for event in reading.until_quiet() if isinstance(event, Post)]
    assert (heard.external_id, heard.place, heard.closed) == (address, Place.DIRECT, "")
    assert (heard.latitude, heard.longitude) == (55.5, 37.25)
    assert heard.community == f"max:user:{max_town.bot}" == MAX.voice(str(max_town.bot))
    speech = Speech("Ответили: mos.ru", heard.external_id, heard.thread, direct=True, attempted_at=datetime.now(UTC))
    assert MAX.replies(account(max_town), speech) == frozenset()
    said = MAX.publish(account(max_town), speech, "k")
    assert MAX.find(account(max_town), speech) == said
    assert [item["text"] for item in max_town.dialogue()] == ["Здравствуйте", "Ответили: mos.ru"]
    assert Reading(account(max_town), "link", address).texts() == ["Здравствуйте"]
    max_town.sandbox.control("max/dialogues", bot=max_town.bot, person=max_town.anna, started=False)
    with pytest.raises(Permanent, match="остановил"):
        MAX.publish(account(max_town), replace(speech, text="Ещё"), "k")


def test_a_photo_that_is_not_ready_is_waited_for_and_sent_once(max_town: MaxTown) -> None:
    asked = max_town.write("Где?", to=max_town.bot)
    thread = asked.rpartition(":")[0]
    speech = Speech("Здесь", asked, thread, direct=True, photos=(Photo("a.png", PIXEL, "image/png"),))
    max_town.fault("not_ready", "sendMessage", count=1)
    MAX.publish(account(max_town), speech, "k")
    shown = max_town.dialogue()
    assert [item["text"] for item in shown] == ["Где?", "Здесь"]
    picture = max_town.sandbox.http.get(shown[1]["photos"][0])
    assert picture.headers["Content-Type"] == "image/jpeg"


def test_a_broken_picture_is_refused_in_words(max_town: MaxTown) -> None:
    asked = max_town.write("Где?", to=max_town.bot)
    photo = Photo("a.png", b"no picture", "image/png")
    speech = Speech("Здесь", asked, asked.rpartition(":")[0], direct=True, photos=(photo,))
    with pytest.raises(NeedsPerson, match="не приняла фотографию"):
        MAX.publish(account(max_town), speech, "k")
    assert len(max_town.dialogue()) == 1


def test_the_self_check_of_a_good_account_is_green(max_town: MaxTown) -> None:
    assert all(right.ok for right in MAX.rights(account(max_town)))
    (dead,) = MAX.rights(replace(account(max_town), tokens={"bot": "no-such-token"}))
    assert not dead.ok
    (none,) = MAX.rights(replace(account(max_town), tokens={}))
    assert none.advice.startswith("Не задан")
    (strange,) = MAX.rights(replace(account(max_town), external_id="5"))
    assert str(max_town.bot) in strange.advice
    max_town.admit(max_town.bot, max_town.channel, "read_all_messages")
    named = account(max_town, options={"channels": [max_town.channel, "nonsense"]})
    (missing,) = [right for right in MAX.rights(named) if not right.ok]
    assert missing.name == "Права в канале «Город Речной»"
    assert "писать" in missing.advice


def test_names_are_told(max_town: MaxTown) -> None:
    asked = [f"max:user:{max_town.bot}", f"max:chat:{max_town.channel}", "max:user:5", "max:chat:-1"]
    names = {person.external_id: person.name for person in MAX.authors(account(max_town), asked)}
    assert names == {asked[0]: "Приёмная города", asked[1]: "Город Речной"}

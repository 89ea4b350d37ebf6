"""What the control API of MAX has beside that of all networks."""

import base64

import pytest

from tests.max_account import MAX, PIXEL
from tests.sandbox.max_town import MaxTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
PICTURE = base64.b64encode(PIXEL).decode()


def test_every_text_names_its_page_and_the_page_names_the_text(max_town: MaxTown) -> None:
    comment = max_town.write("Когда?")
    for item in max_town.thread():
        told = MAX.address_of(f"{max_town.sandbox.base}{item['link']}", max_town.base)
        assert told is not None
        assert told.message == item["address"]
    assert f"comment={comment.rpartition('=')[2]}" in max_town.thread()[1]["link"]


def test_a_dialogue_is_shown_and_pictures_in_it(max_town: MaxTown) -> None:
    address = max_town.write("Яма", to=max_town.bot, photos=[PICTURE])
    max_town.call("POST", "/messages", json={"text": "Видим"}, user_id=max_town.anna)
    shown = max_town.dialogue()
    assert [(item["text"], item["official"], len(item["photos"])) for item in shown] == [
        ("Яма", False, 1),
        ("Видим", True, 0),
    ]
    assert max_town.thread(address) == shown


def test_our_own_words_come_back_where_the_switch_says_so(max_town: MaxTown) -> None:
    max_town.switch(echo=True)
    max_town.call("POST", f"/messages/{max_town.post_mid}/comments", json={"text": "Завтра"})
    told = max_town.call("GET", "/updates", timeout=0, types="comment_created").json()["updates"]
    assert [(each["message"]["body"]["text"], each["message"]["sender"]["is_bot"]) for each in told] == [
        ("Завтра", True)
    ]

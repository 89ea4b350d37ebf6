from typing import Any

import pytest

from otklik.networks.ok import address as at
from otklik.networks.ok.client import session_secret, sign

COMMENT_ID = "MTM5NzIwNjM4MjQ3MTotMTU5NDE6MTM5NzIwNjM4MjQ3MTo2MjUwMzkyOTY2MjMyMDox"


def test_addresses_are_read_back_as_they_were_written_and_the_longest_fits_its_column() -> None:
    assert at.topic_address(at.topic_id("62190641299501")) == at.TopicAddress("62190641299501")
    where = at.topic_address(at.comment_id("62190641299501", COMMENT_ID))
    assert where == at.TopicAddress("62190641299501", COMMENT_ID)
    assert str(where) == f"ok:topic:62190641299501?comment={COMMENT_ID}"
    assert at.chat_address(at.direct_id("C3ecb", "C3ecb.15ce")) == at.ChatAddress("C3ecb", "C3ecb.15ce")
    assert at.chat_address(at.dialogue_id("C3ecb")) == at.ChatAddress("C3ecb")
    assert at.comment_url("https://ok.ru", "1", "2", "ab+/=") == "https://ok.ru/group/1/topic/2?comment=ab%2B%2F%3D"
    assert len(at.comment_id("9" * 20, "A" * 180)) <= 250
    assert at.comment_of("A" * 181) == ""
    assert at.number_of(2**53 + 1) == at.number_of(str(2**53 + 1)) == "9007199254740993"


@pytest.mark.parametrize("value", [None, True, 0, -5, 1.5, "", "0", "00", "-1", "x", "1" * 21, 10**20, [], {}, "１２"])
def test_what_is_no_number_of_the_network_is_none(value: Any) -> None:
    assert at.number_of(value) == ""


def test_the_signature_is_that_of_a_published_manual_and_of_another_client() -> None:
    token = "-s-84W-s3egarWUsbkq-IWTucuedzTKT8VUXIA.s4Xx8IW7"
    session = session_secret(token, "ABC123DEF456GHI789JKL123")
    assert session == "b1a2b89707a94624c43afae67d59274c"
    values = {"application_key": "ABCDEFGHIGKLMNOPK", "format": "json", "method": "events.get"}
    assert sign(values, session) == "232c8eb921951c4dba9b72606f9ddb4c"
    assert sign({**values, "access_token": token, "sig": "old"}, session) == sign(values, session)
    session = session_secret("tkn-TEST", "SECRET")
    assert session == "907d4fee8ba035d5db57868c18a1f8a3"
    values = (
        {"application_key": "APPKEY", "format": "json", "method": "discussions.addDiscussionComment"}
        | {"as_admin": "true", "entityId": "62190641299501", "entityType": "GROUP_TOPIC"}
        | {"comment": "Спасибо, передали.", "reply_to_comment_id": "c1"}
    )
    assert sign(values, session) == "edaf8e959dc79dce96d316e8921b609f"
    assert len(sign({"comment": "\ud800"}, "s")) == 32, "a lone surrogate raises nothing"

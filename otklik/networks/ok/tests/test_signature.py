"""Two vectors of the signature: one printed by an independent client's manual, one computed by another client."""

from otklik.networks.ok.signature import session_secret, sign


def test_the_vector_of_a_published_manual() -> None:
    token = "-s-84W-s3egarWUsbkq-IWTucuedzTKT8VUXIA.s4Xx8IW7"
    session = session_secret(token, "ABC123DEF456GHI789JKL123")
    assert session == "b1a2b89707a94624c43afae67d59274c"
    asked = {"application_key": "ABCDEFGHIGKLMNOPK", "format": "json", "method": "events.get"}
    assert sign(asked, session) == "232c8eb921951c4dba9b72606f9ddb4c"
    assert sign({**asked, "access_token": token, "sig": "old"}, session) == sign(asked, session)


def test_a_vector_with_russian_words_and_a_reply() -> None:
    session = session_secret("tkn-TEST", "SECRET")
    assert session == "907d4fee8ba035d5db57868c18a1f8a3"
    asked = {
        "application_key": "APPKEY",
        "as_admin": "true",
        "comment": "Спасибо, передали.",
        "entityId": "62190641299501",
        "entityType": "GROUP_TOPIC",
        "format": "json",
        "method": "discussions.addDiscussionComment",
        "reply_to_comment_id": "c1",
    }
    assert sign(asked, session) == "edaf8e959dc79dce96d316e8921b609f"


def test_a_lone_surrogate_raises_nothing() -> None:
    assert len(sign({"comment": "\ud800"}, "s")) == 32

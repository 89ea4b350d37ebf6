"""Two independent clients, unmodified, drive the emulator: what they write our connectors see, and the other way."""

import json
import pathlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from pyfacebook import FacebookApi, FacebookError, GraphAPI, IGBusinessApi

from otklik.networks.base import Post, Speech
from otklik.networks.facebook.network import Facebook
from otklik.networks.instagram.network import Instagram
from tests.meta_reading import Reading, account
from tests.sandbox.driving import picture
from tests.sandbox.meta_town import SECRET, MetaTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
APP = "900100200300401"


@pytest.fixture
def business(meta_town: MetaTown, monkeypatch: pytest.MonkeyPatch) -> Iterator[FacebookAdsApi]:
    """facebook-business: version 26, token and proof in the query."""
    monkeypatch.setattr(FacebookSession, "GRAPH", f"{meta_town.sandbox.base}/meta")
    api = FacebookAdsApi.init(APP, SECRET, meta_town.token, crash_log=False)
    api._session.requests.trust_env = False
    yield api
    api._session.requests.close()


@pytest.fixture
def python_facebook(meta_town: MetaTown) -> Iterator[GraphAPI]:
    """python-facebook-api: version 24, token and proof in the form."""
    api = GraphAPI(APP, SECRET, meta_town.token, base_url=f"{meta_town.sandbox.base}/meta/")
    api.session.trust_env = False
    yield api
    api.session.close()


def heard(meta_town: MetaTown, network: Facebook | Instagram, place: str) -> dict[str, Post]:
    reading = Reading(network, account(meta_town, place), "own", place)
    return {event.external_id: event for event in reading.events() if isinstance(event, Post)}


def call(api: FacebookAdsApi, verb: str, path: tuple[str, ...], **params: Any) -> Any:
    return api.call(verb, path, params).json()


def test_facebook_business_answers_a_comment_that_our_connector_hears(
    meta_town: MetaTown, business: FacebookAdsApi
) -> None:
    asked = meta_town.write("Когда уберут снег?")
    post = meta_town.post[3:]
    listed = call(business, "GET", (post, "comments"), fields="id,message,from{id},can_comment", filter="stream")
    assert [item["message"] for item in listed["data"]] == ["Когда уберут снег?"]
    told = call(business, "POST", (asked[3:], "comments"), message="Сегодня.")
    ours = heard(meta_town, Facebook(), meta_town.page)[f"fb:{told['id']}"]
    assert (ours.text, ours.parent, ours.own) == ("Сегодня.", asked, True)
    call(business, "POST", (told["id"],), message="Завтра.")
    assert "Завтра." in meta_town.texts()
    assert call(business, "DELETE", (told["id"],)) == {"success": True}
    assert call(business, "POST", (asked[3:],), is_hidden=True) == {"success": True}
    assert "скрыт" in heard(meta_town, Facebook(), meta_town.page)[asked].closed


def test_facebook_business_sees_our_reply(meta_town: MetaTown, business: FacebookAdsApi) -> None:
    asked = meta_town.write("Когда?")
    speech = Speech("Завтра.", asked, meta_town.post, attempted_at=datetime.now(UTC))
    said = Facebook().publish(account(meta_town, meta_town.page), speech, "k")
    fields = "id,message,parent{id,message},from,permalink_url,comment_count"
    shown = call(business, "GET", (said.external_id[3:],), fields=fields)
    assert (shown["message"], shown["parent"]["id"], shown["permalink_url"]) == ("Завтра.", asked[3:], said.url)
    assert shown["from"]["id"] == meta_town.page


def test_facebook_business_talks_in_private_with_nested_json(meta_town: MetaTown, business: FacebookAdsApi) -> None:
    meta_town.write("Здравствуйте", to=meta_town.page)
    told = call(
        business,
        "POST",
        (meta_town.page, "messages"),
        recipient={"id": meta_town.anna},
        messaging_type="RESPONSE",
        message={"text": "Добрый день"},
    )
    address = f"fb:dm:{meta_town.page}:{meta_town.anna}:{told['message_id']}"
    assert heard(meta_town, Facebook(), meta_town.page)[address].own
    threads = call(business, "GET", (meta_town.page, "conversations"), fields="id,messages.limit(1){message,from}")
    assert threads["data"][0]["messages"]["data"][0]["message"] == "Добрый день"


def test_facebook_business_attaches_an_unpublished_photo(
    meta_town: MetaTown, business: FacebookAdsApi, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "a.png").write_bytes(picture("PNG", 40, 30))
    with (tmp_path / "a.png").open("rb") as file:
        photo = business.call("POST", (meta_town.page, "photos"), {"published": False}, files={"source": file}).json()
    asked = meta_town.write("Где?")
    told = call(business, "POST", (asked[3:], "comments"), attachment_id=photo["id"], message="Тут")
    ours = heard(meta_town, Facebook(), meta_town.page)[f"fb:{told['id']}"]
    assert (ours.attachments[0].width, ours.attachments[0].height) == (40, 30)


def test_facebook_business_is_refused_in_the_networks_own_words(meta_town: MetaTown, business: FacebookAdsApi) -> None:
    asked = meta_town.write("Когда?")
    meta_town.delete(asked)
    with pytest.raises(FacebookRequestError) as refused:
        call(business, "POST", (asked[3:], "comments"), message="Поздно")
    assert (refused.value.api_error_code(), refused.value.api_error_subcode()) == (100, 33)
    meta_town.switch(usage=100, regain=11)
    with pytest.raises(FacebookRequestError) as limited:
        call(business, "GET", (meta_town.page,))
    assert limited.value.api_error_code() == 80001
    usage = json.loads(limited.value.http_headers()["X-Business-Use-Case-Usage"])
    assert next(iter(usage.values()))[0]["estimated_time_to_regain_access"] == 11


def test_python_facebook_pages_through_comments_and_answers(meta_town: MetaTown, python_facebook: GraphAPI) -> None:
    texts = [{"under": meta_town.post, "person": meta_town.boris, "text": f"слово {n}"} for n in range(60)]
    addresses = meta_town.sandbox.control("meta/texts/batch", texts=texts)["addresses"]
    listed = python_facebook.get_full_connections(
        meta_town.post[3:], "comments", count=None, limit=25, filter="stream", fields="id,message,created_time"
    )
    assert [f"fb:{item['id']}" for item in listed["data"]] == addresses
    told = python_facebook.post_object(addresses[0][3:], "comments", data={"message": "Видим"})
    assert heard(meta_town, Facebook(), meta_town.page)[f"fb:{told['id']}"].parent == addresses[0]
    both = python_facebook.get_objects(f"{addresses[0][3:]},{meta_town.page}", fields="id")
    assert set(both) == {addresses[0][3:], meta_town.page}
    assert python_facebook.delete_object(told["id"]) == {"success": True}


def test_python_facebook_reads_pages_and_conversations_as_objects(meta_town: MetaTown) -> None:
    api = FacebookApi(APP, SECRET, meta_town.token, base_url=f"{meta_town.sandbox.base}/meta/")
    api.session.trust_env = False
    meta_town.write("Здравствуйте", to=meta_town.page)
    page = api.page.get_info(page_id=meta_town.page, fields="id,name,username,link")
    assert (page.id, page.name, page.username) == (meta_town.page, "Город Речной", "rechnoy")
    feed = api.page.get_feed(object_id=meta_town.page, fields="id,message,created_time")
    assert [post.message for post in feed.data] == ["Что нового?"]
    (listed,) = api.get_connection(meta_town.page, "conversations", fields="id")["data"]
    talk = api.conversation.get_info(conversation_id=listed["id"], fields="id,updated_time,participants,snippet")
    assert talk.snippet == "Здравствуйте"
    (mid,) = [item["id"] for item in api.get_connection(talk.id, "messages")["data"]]
    said = api.message.get_info(message_id=mid, fields="id,created_time,from,to,message")
    assert (said.message, said.created_time[-5:]) == ("Здравствуйте", "+0000")
    with pytest.raises(FacebookError) as refused:
        api.page.get_info(page_id=meta_town.other, fields="id,name")
    assert refused.value.code == 100
    api.session.close()


def test_python_facebook_reads_and_answers_on_instagram(meta_town: MetaTown) -> None:
    api = IGBusinessApi(
        APP,
        SECRET,
        meta_town.token,
        instagram_business_id=meta_town.account,
        base_url=f"{meta_town.sandbox.base}/meta/",
    )
    api.session.trust_env = False
    asked = meta_town.write("Темно", under=meta_town.media)
    media = api.user.get_media(fields="id,caption,comments_count,permalink,timestamp")
    assert [(each.caption, each.comments_count) for each in media.data] == [("Как вам парк?", 1)]
    listed = api.media.get_comments(media_id=meta_town.media[3:], fields="id,text,timestamp,username")
    assert [comment.text for comment in listed.data] == ["Темно"]
    told = api.post_object(asked[3:], "replies", data={"message": "Починим"})
    assert heard(meta_town, Instagram(), meta_town.account)[f"ig:{told['id']}"].own
    speech = Speech("Уже едем", asked, meta_town.media, attempted_at=datetime.now(UTC))
    said = Instagram().publish(account(meta_town, meta_town.account), speech, "k")
    replies = api.comment.get_replies(comment_id=asked[3:], fields="id,text,timestamp,username")
    assert [(reply.id, reply.text) for reply in replies.data][-1] == (said.external_id[3:], "Уже едем")
    mention = meta_town.sandbox.control("meta/places", name="Соседи", kind="instagram", username="sosedi")["id"]
    there = meta_town.sandbox.control("meta/texts", place=mention, text="Спасибо @rechnoy_city")["address"]
    shown = api.user.get_mentioned_media(media_id=there[3:], fields="id,caption", return_json=True)
    assert shown["mentioned_media"]["caption"] == "Спасибо @rechnoy_city"
    api.session.close()

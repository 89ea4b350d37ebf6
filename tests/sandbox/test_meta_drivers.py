"""Two independent clients, unmodified, drive the emulator: what they write our connectors see, and the other way."""

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from pyfacebook import FacebookApi, FacebookError, IGBusinessApi

from otklik.networks.base import Post, Published, Speech
from otklik.networks.facebook.network import Facebook
from otklik.networks.instagram.network import Instagram
from tests.meta_reading import Reading, account
from tests.sandbox.driving import picture
from tests.sandbox.meta_town import SECRET, MetaTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
APP = "900100200300401"


def heard(meta_town: MetaTown, network: Facebook | Instagram, place: str) -> dict[str, Post]:
    reading = Reading(network, account(meta_town, place), "own", place)
    return {event.external_id: event for event in reading.events() if isinstance(event, Post)}


def say(meta_town: MetaTown, network: Facebook | Instagram, place: str, under: str, post: str) -> Published:
    """Our connector's answer."""
    return network.publish(account(meta_town, place), Speech("Едем", under, post, attempted_at=datetime.now(UTC)), "k")


def test_facebook_business_writes_talks_and_is_refused(meta_town: MetaTown, monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 26, token and proof in the query."""
    monkeypatch.setattr(FacebookSession, "GRAPH", f"{meta_town.sandbox.base}/meta")
    api = FacebookAdsApi.init(APP, SECRET, meta_town.token, crash_log=False)
    api._session.requests.trust_env = False
    page, asked = meta_town.page, meta_town.write("Когда уберут снег?")

    def call(verb: str, *path: str, **params: Any) -> Any:
        return api.call(verb, path, params).json()

    listed = call("GET", meta_town.post[3:], "comments", fields="id,message,from{id},can_comment", filter="stream")
    assert [item["message"] for item in listed["data"]] == ["Когда уберут снег?"]
    body = call("POST", asked[3:], "comments", message="Сегодня.")
    ours = heard(meta_town, Facebook(), page)[f"fb:{body['id']}"]
    assert (ours.text, ours.parent, ours.own) == ("Сегодня.", asked, True)
    call("POST", body["id"], message="Завтра.")
    assert "Завтра." in meta_town.texts()
    assert call("DELETE", body["id"]) == {"success": True}
    publication = say(meta_town, Facebook(), page, asked, meta_town.post)
    fields = "id,message,parent{id,message},from,permalink_url,comment_count"
    shown = call("GET", publication.external_id[3:], fields=fields)
    assert (shown["message"], shown["parent"]["id"], shown["permalink_url"]) == ("Едем", asked[3:], publication.url)
    assert shown["from"]["id"] == page

    meta_town.write("Здравствуйте", to=page)
    message = {"recipient": {"id": meta_town.anna}, "messaging_type": "RESPONSE", "message": {"text": "Добрый день"}}
    body = call("POST", page, "messages", **message)  # nested JSON
    assert heard(meta_town, Facebook(), page)[f"fb:dm:{page}:{meta_town.anna}:{body['message_id']}"].own
    threads = call("GET", page, "conversations", fields="id,messages.limit(1){message,from}")
    assert threads["data"][0]["messages"]["data"][0]["message"] == "Добрый день"

    files = {"source": ("a.png", picture("PNG", 40, 30), "image/png")}
    photo = api.call("POST", (page, "photos"), {"published": False}, files=files).json()
    body = call("POST", asked[3:], "comments", attachment_id=photo["id"], message="Тут")
    (picture_heard,) = heard(meta_town, Facebook(), page)[f"fb:{body['id']}"].attachments
    assert (picture_heard.width, picture_heard.height) == (40, 30)
    assert call("POST", asked[3:], is_hidden=True) == {"success": True}
    assert "скрыт" in heard(meta_town, Facebook(), page)[asked].closed

    meta_town.delete(asked)
    with pytest.raises(FacebookRequestError) as refused:
        call("POST", asked[3:], "comments", message="Поздно")
    assert (refused.value.api_error_code(), refused.value.api_error_subcode()) == (100, 33)
    meta_town.switch(usage=100, regain=11)
    with pytest.raises(FacebookRequestError) as limited:
        call("GET", page)
    assert limited.value.api_error_code() == 80001
    usage = json.loads(limited.value.http_headers()["X-Business-Use-Case-Usage"])
    assert next(iter(usage.values()))[0]["estimated_time_to_regain_access"] == 11
    api._session.requests.close()


@contextlib.contextmanager
def python_facebook(town: MetaTown, kind: type[Any], **more: str) -> Iterator[Any]:
    """Version 24, token and proof in the form."""
    api = kind(APP, SECRET, town.token, base_url=f"{town.sandbox.base}/meta/", **more)
    api.session.trust_env = False
    yield api
    api.session.close()


def test_python_facebook_pages_answers_and_reads_pages_and_talks_as_objects(meta_town: MetaTown) -> None:
    page = meta_town.page
    texts = [{"under": meta_town.post, "person": meta_town.boris, "text": f"слово {n}"} for n in range(60)]
    addresses = meta_town.control("texts/batch", texts=texts)["addresses"]
    first = addresses[0]
    meta_town.write("Здравствуйте", to=page)
    with python_facebook(meta_town, FacebookApi) as api:
        asked_for = {"limit": 25, "filter": "stream", "fields": "id,message,created_time"}
        listed = api.get_full_connections(meta_town.post[3:], "comments", count=None, **asked_for)
        assert [f"fb:{item['id']}" for item in listed["data"]] == addresses
        body = api.post_object(first[3:], "comments", data={"message": "Видим"})
        assert heard(meta_town, Facebook(), page)[f"fb:{body['id']}"].parent == first
        assert set(api.get_objects(f"{first[3:]},{page}", fields="id")) == {first[3:], page}
        assert api.delete_object(body["id"]) == {"success": True}
        ours = api.page.get_info(page_id=page, fields="id,name,username,link")
        assert (ours.id, ours.name, ours.username) == (page, "Город Речной", "rechnoy")
        feed = api.page.get_feed(object_id=page, fields="id,message,created_time")
        assert [post.message for post in feed.data] == ["Что нового?"]
        (talk,) = api.get_connection(page, "conversations", fields="id")["data"]
        fields = "id,updated_time,participants,snippet"
        assert api.conversation.get_info(conversation_id=talk["id"], fields=fields).snippet == "Здравствуйте"
        (mid,) = [item["id"] for item in api.get_connection(talk["id"], "messages")["data"]]
        message = api.message.get_info(message_id=mid, fields="id,created_time,from,to,message")
        assert (message.message, message.created_time[-5:]) == ("Здравствуйте", "+0000")
        with pytest.raises(FacebookError) as refused:
            api.page.get_info(page_id=meta_town.other, fields="id,name")
        assert refused.value.code == 100


def test_python_facebook_reads_and_answers_on_instagram(meta_town: MetaTown) -> None:
    asked = meta_town.write("Темно", under=meta_town.media)
    with python_facebook(meta_town, IGBusinessApi, instagram_business_id=meta_town.account) as api:
        media = api.user.get_media(fields="id,caption,comments_count,permalink,timestamp")
        assert [(each.caption, each.comments_count) for each in media.data] == [("Как вам парк?", 1)]
        listed = api.media.get_comments(media_id=meta_town.media[3:], fields="id,text,timestamp,username")
        assert [comment.text for comment in listed.data] == ["Темно"]
        body = api.post_object(asked[3:], "replies", data={"message": "Починим"})
        assert heard(meta_town, Instagram(), meta_town.account)[f"ig:{body['id']}"].own
        publication = say(meta_town, Instagram(), meta_town.account, asked, meta_town.media)
        replies = api.comment.get_replies(comment_id=asked[3:], fields="id,text,timestamp,username")
        assert [(reply.id, reply.text) for reply in replies.data][-1] == (publication.external_id[3:], "Едем")
        neighbours = meta_town.new_place("Соседи", kind="instagram", username="sosedi")
        there = meta_town.put("Спасибо @rechnoy_city", place=neighbours)
        shown = api.user.get_mentioned_media(media_id=there[3:], fields="id,caption", return_json=True)
        assert shown["mentioned_media"]["caption"] == "Спасибо @rechnoy_city"

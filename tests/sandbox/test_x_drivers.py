"""Two independent clients, unmodified, drive the emulator: it is not shaped after our own client."""

from collections.abc import Iterator
from typing import Any

import pytest
import tweepy
import xdk
import xdk.oauth1_auth

from tests.sandbox.driving import ToSandbox
from tests.sandbox.receiver import SigningReceiver, listening
from tests.sandbox.x_town import SECRET, XTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def pointed(client: tweepy.Client, x: XTown) -> tweepy.Client:
    client.session.trust_env = False
    client.session.mount("https://api.twitter.com", ToSandbox(x.base))
    return client


@pytest.fixture
def reader(x: XTown) -> Iterator[tweepy.Client]:
    client = pointed(tweepy.Client(bearer_token=x.bearer), x)
    yield client
    client.session.close()


@pytest.fixture
def writer(x: XTown) -> Iterator[tweepy.Client]:
    """Signs with OAuth 1.0a."""
    keys = x.token("oauth1", place=x.me)
    client = tweepy.Client(
        consumer_key=keys["consumer_key"],
        consumer_secret=keys["consumer_secret"],
        access_token=keys["token"],
        access_token_secret=keys["secret"],
    )
    yield pointed(client, x)
    client.session.close()


def test_tweepy_reads_mentions_and_answers_them(x: XTown, reader: tweepy.Client, writer: tweepy.Client) -> None:
    asked = x.ask("Где автобус?")
    fields = {"tweet_fields": ["author_id", "created_at", "entities"], "expansions": ["author_id"]}
    found = reader.get_users_mentions(x.me, **fields)
    assert [tweet.text for tweet in found.data] == ["@rechnoy Где автобус?"]
    assert found.data[0].created_at.tzinfo is not None
    assert found.includes["users"][0].username == "anna"
    told = writer.create_tweet(text="Едет.", in_reply_to_tweet_id=found.data[0].id)
    assert told.data["text"] == "@anna Едет."
    assert [item["text"] for item in x.thread(asked)] == ["@rechnoy Где автобус?", "Едет."]
    assert writer.delete_tweet(told.data["id"]).data == {"deleted": True}


def test_tweepy_searches_pages_through_and_looks_up(x: XTown, reader: tweepy.Client) -> None:
    for number in range(25):
        x.text(f"Снег во дворе {number}")
    pages = list(tweepy.Paginator(reader.search_recent_tweets, '"снег во дворе" -is:retweet', max_results=10))
    assert [len(page.data) for page in pages] == [10, 10, 5]
    numbers = [tweet.id for page in pages for tweet in page.data]
    assert numbers == sorted(numbers, reverse=True)
    assert reader.search_recent_tweets("слон").data is None
    missing = reader.get_tweets([numbers[0], 12])
    assert [tweet.id for tweet in missing.data] == [numbers[0]]
    assert missing.errors[0]["resource_id"] == "12"
    assert reader.get_user(username="rechnoy").data.id == int(x.me)


def test_tweepy_is_refused_in_its_own_words(x: XTown, reader: tweepy.Client, writer: tweepy.Client) -> None:
    plain = int(x.text("Никого не зову").removeprefix("x:"))
    with pytest.raises(tweepy.Forbidden):
        writer.create_tweet(text="Мы тут", in_reply_to_tweet_id=plain)
    with pytest.raises(tweepy.Forbidden):
        reader.create_tweet(text="Без права", user_auth=False)
    with pytest.raises(tweepy.BadRequest):
        reader.search_recent_tweets("is:reply")
    x.fault("error", "createPosts", code=429)
    with pytest.raises(tweepy.TooManyRequests):
        writer.create_tweet(text="Часто")
    writer.access_token_secret = "wrong"
    with pytest.raises(tweepy.Unauthorized):
        writer.create_tweet(text="Подпись не та")


def test_tweepy_writes_and_reads_direct_messages(x: XTown, writer: tweepy.Client) -> None:
    x.text("Здравствуйте", to=x.me)
    sent = writer.create_direct_message(participant_id=int(x.anna), text="Слушаем")
    found = writer.get_direct_message_events(dm_event_fields=["sender_id", "dm_conversation_id"])
    assert [event.text for event in found.data] == ["Слушаем", "Здравствуйте"]
    assert str(found.data[0].id) == sent.data["dm_event_id"]
    assert found.data[1].sender_id == int(x.anna)


def ours(x: XTown, **keys: Any) -> xdk.Client:
    client = xdk.Client(base_url=x.base, **keys)
    client.session.trust_env = False
    return client


def test_xdk_reads_in_the_published_spelling_and_answers(x: XTown) -> None:
    x.switch(spelling="post")
    asked = x.ask("Когда уберут снег?")
    x.text("И у нас", under=asked, person=x.boris)
    app, user = ours(x, bearer_token=x.bearer), ours(x, access_token=x.user)
    asked_for = {"post_fields": ["created_at", "public_metrics"], "expansions": ["author_id", "referenced_posts"]}
    page = next(iter(app.posts.search_recent("to:anna OR @rechnoy", max_results=10, **asked_for)))
    found = [each if isinstance(each, dict) else each.model_dump() for each in page.data]
    assert [each["text"] for each in found] == ["@anna @rechnoy И у нас", "@rechnoy Когда уберут снег?"]
    assert found[0]["referenced_posts"][0]["id"] == asked.removeprefix("x:")
    told = user.posts.create({"text": "Сегодня.", "reply": {"in_reply_to_tweet_id": found[1]["id"]}})
    assert told.data.id
    assert x.thread(asked)[-1]["text"] == "Сегодня."
    app.session.close()
    user.session.close()


def test_xdk_signs_with_the_old_keys_too(x: XTown) -> None:
    keys = x.token("oauth1", place=x.me)
    signer = xdk.oauth1_auth.OAuth1(
        api_key=keys["consumer_key"],
        api_secret=keys["consumer_secret"],
        callback="",
        access_token=keys["token"],
        access_token_secret=keys["secret"],
    )
    client = ours(x, auth=signer)
    told = client.posts.create({"text": "Новость"})
    assert x.get("/2/tweets", ids=told.data.id)["data"][0]["text"] == "Новость"
    client.session.close()


def test_xdk_registers_a_hook_and_subscribes(x: XTown) -> None:
    app, user = ours(x, bearer_token=x.bearer), ours(x, access_token=x.user)
    with listening(SigningReceiver(SECRET)) as receiver:
        hook = app.webhooks.create({"url": receiver.url})
        assert hook.data.valid is True
        body = {"event_type": "post.mention.create", "filter": {"user_id": x.me}, "webhook_id": hook.data.id}
        user.activity.create_subscription(body)
        (there,) = x.get("/2/activity/subscriptions")["data"]
        assert (there["event_type"], there["webhook_id"]) == ("post.mention.create", hook.data.id)
    app.session.close()
    user.session.close()

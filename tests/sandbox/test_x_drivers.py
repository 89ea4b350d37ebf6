"""Two independent clients, unmodified, drive the emulator: it is not shaped after our own client."""

from contextlib import ExitStack, closing
from typing import Any

import pytest
import tweepy
import xdk
import xdk.oauth1_auth

from tests.sandbox.driving import ToSandbox
from tests.sandbox.receiver import SigningReceiver, listening
from tests.sandbox.x_town import SECRET, XTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def test_tweepy_reads_pages_answers_talks_and_is_refused_in_its_own_words(x: XTown) -> None:
    keys = x.token("oauth1", place=x.me)
    reader = tweepy.Client(bearer_token=x.bearer)
    writer = tweepy.Client(None, keys["consumer_key"], keys["consumer_secret"], keys["token"], keys["secret"])
    with ExitStack() as open_clients:
        for client in (reader, writer):
            open_clients.enter_context(closing(client.session))
            client.session.trust_env = False
            client.session.mount("https://api.twitter.com", ToSandbox(x.base))

        asked = x.ask("Где автобус?")
        fields = {"tweet_fields": ["author_id", "created_at", "entities"], "expansions": ["author_id"]}
        mentions = reader.get_users_mentions(x.me, **fields)
        assert [tweet.text for tweet in mentions.data] == ["@rechnoy Где автобус?"]
        assert mentions.data[0].created_at.tzinfo is not None
        assert mentions.includes["users"][0].username == "anna"
        response = writer.create_tweet(text="Едет.", in_reply_to_tweet_id=mentions.data[0].id)
        assert response.data["text"] == "@anna Едет."
        assert [item["text"] for item in x.thread(asked)] == ["@rechnoy Где автобус?", "Едет."]
        assert writer.delete_tweet(response.data["id"]).data == {"deleted": True}

        x.control("texts/batch", texts=[{"person": x.anna, "text": f"Снег во дворе {n}"} for n in range(25)])
        pages = list(tweepy.Paginator(reader.search_recent_tweets, '"снег во дворе" -is:retweet', max_results=10))
        assert [len(page.data) for page in pages] == [10, 10, 5]
        numbers = [tweet.id for page in pages for tweet in page.data]
        assert numbers == sorted(numbers, reverse=True)
        assert reader.search_recent_tweets("слон").data is None
        missing = reader.get_tweets([numbers[0], 12])
        assert ([tweet.id for tweet in missing.data], missing.errors[0]["resource_id"]) == ([numbers[0]], "12")
        assert reader.get_user(username="rechnoy").data.id == int(x.me)

        x.text("Здравствуйте", to=x.me)
        sent = writer.create_direct_message(participant_id=int(x.anna), text="Слушаем")
        talk = writer.get_direct_message_events(dm_event_fields=["sender_id", "dm_conversation_id"]).data
        assert [event.text for event in talk] == ["Слушаем", "Здравствуйте"]
        assert (str(talk[0].id), talk[1].sender_id) == (sent.data["dm_event_id"], int(x.anna))

        with pytest.raises(tweepy.Forbidden):  # nobody has called us there
            writer.create_tweet(text="Мы тут", in_reply_to_tweet_id=numbers[0])
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


def test_xdk_reads_in_the_published_spelling_answers_signs_with_old_keys_and_subscribes(x: XTown) -> None:
    keys = x.token("oauth1", place=x.me)
    names = ("consumer_key", "consumer_secret", "token", "secret")
    consumer, consumer_secret, token, secret = (keys[name] for name in names)
    signer = xdk.oauth1_auth.OAuth1(consumer, consumer_secret, "", token, secret)
    ways: tuple[dict[str, Any], ...] = ({"bearer_token": x.bearer}, {"access_token": x.user}, {"auth": signer})
    app, user, signing = (xdk.Client(base_url=x.base, **way) for way in ways)
    with ExitStack() as open_clients:
        for client in (app, user, signing):
            open_clients.enter_context(closing(client.session))
            client.session.trust_env = False

        x.switch(spelling="post")
        asked = x.ask("Когда уберут снег?")
        x.text("И у нас", under=asked, person=x.boris)
        fields = {"post_fields": ["created_at", "public_metrics"], "expansions": ["author_id", "referenced_posts"]}
        page = next(iter(app.posts.search_recent("to:anna OR @rechnoy", max_results=10, **fields)))
        posts = [each if isinstance(each, dict) else each.model_dump() for each in page.data]
        assert [each["text"] for each in posts] == ["@anna @rechnoy И у нас", "@rechnoy Когда уберут снег?"]
        assert posts[0]["referenced_posts"][0]["id"] == asked.removeprefix("x:")
        assert user.posts.create({"text": "Сегодня.", "reply": {"in_reply_to_tweet_id": posts[1]["id"]}}).data.id
        assert x.thread(asked)[-1]["text"] == "Сегодня."

        response = signing.posts.create({"text": "Новость"})
        assert x.get("/2/tweets", ids=response.data.id)["data"][0]["text"] == "Новость"

        with listening(SigningReceiver(SECRET)) as receiver:
            hook = app.webhooks.create({"url": receiver.url})
            assert hook.data.valid is True
            body = {"event_type": "post.mention.create", "filter": {"user_id": x.me}, "webhook_id": hook.data.id}
            user.activity.create_subscription(body)
            (there,) = x.get("/2/activity/subscriptions")["data"]
            assert (there["event_type"], there["webhook_id"]) == ("post.mention.create", hook.data.id)

"""Where the wire differs from the published schema (OpenAPI 2.167): the only differences the tests let pass.

`path` is "<schema>.<property>" for answers, "<operation>.<parameter>" for parameters, "" for everywhere.
"""

from sandbox.errata import Erratum

_SPELLING = "the schema says post where the service, its pages and its clients say tweet"
_PAGES = "the network's pages and samples of August 2026, both client libraries"


ERRATA: tuple[Erratum, ...] = (
    Erratum("Post.edit_history_post_ids", "renamed", _SPELLING, _PAGES, wire="edit_history_tweet_ids"),
    Erratum("Post.referenced_posts", "renamed", _SPELLING, _PAGES, wire="referenced_tweets"),
    Erratum("Post.note_post", "renamed", _SPELLING, _PAGES, wire="note_tweet"),
    Erratum("PostPublicMetrics.repost_count", "renamed", _SPELLING, _PAGES, wire="retweet_count"),
    Erratum("Expansions.posts", "renamed", _SPELLING, _PAGES, wire="tweets"),
    Erratum("post.fields", "renamed", _SPELLING, _PAGES, wire="tweet.fields"),
    Erratum("Post.in_reply_to_tweet_id", "extra", "events of replies carry it", "the network's sample of an event"),
    Erratum(
        "ActivityEventId",
        "loose",
        "the number of an event is signed, the published pattern forbids the minus",
        "the network's samples of events",
    ),
    Erratum(
        "Expansions.users",
        "loose",
        "deletions and messages wrap each user in `data`",
        "the network's samples of events",
    ),
    Erratum(
        "ActivityStreamingResponsePayload",
        "loose",
        "direct messages have a payload of their own that the schema does not list",
        "the network's samples of events",
    ),
    Erratum(
        "GetActivitySubscriptionsResponse.data",
        "loose",
        "a new subscription is answered as a list, as an object or inside `subscription`",
        "the network's pages on the Activity API",
    ),
    Erratum("about:blank", "named", "most refusals have no type", "the network's page of response codes"),
    Erratum("client-forbidden", "named", "apps without access", "the network's page of response codes"),
    Erratum("usage-capped", "named", "the cap is used up", "the network's page of response codes"),
    Erratum("rate-limit-exceeded", "named", "limits", "the network's page of response codes"),
    Erratum("streaming-connection", "named", "streams", "the network's page of response codes"),
    Erratum("unsupported-authentication", "named", "an app-only token where a user's is needed", "general knowledge"),
    Erratum("credits", "named", "no money is left", "general knowledge"),
)

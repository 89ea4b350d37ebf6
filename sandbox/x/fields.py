"""Names of fields and expansions that may be asked for, in both spellings.

Source: OpenAPI 2.167 spells them "post" on most operations and "tweet" on streams only; clients and the network's
pages use "tweet" everywhere, so both are taken everywhere (see errata.py).
"""

_SHARED = """
    article attachments card_uri community_id context_annotations conversation_id created_at display_text_range
    edit_controls entities geo id lang matched_media_notes media_metadata non_public_metrics note_request_suggestions
    organic_metrics paid_partnership possibly_sensitive promoted_metrics public_metrics reply_settings scopes source
    suggested_source_links suggested_source_links_with_counts text withheld
"""
POST_FIELDS: tuple[str, ...] = (*_SHARED.split(), "article_title", "note_post")
TWEET_FIELDS: tuple[str, ...] = (
    *_SHARED.split(),
    *("author_id", "edit_history_tweet_ids", "in_reply_to_user_id", "note_tweet", "referenced_tweets"),
)
POST_EXPANSIONS: tuple[str, ...] = (
    *("article.cover_media", "article.media_entities", "attachments.media_keys", "attachments.media_source_tweet"),
    *("attachments.poll_ids", "author_id", "edit_history_post_ids", "entities.mentions.username", "geo.place_id"),
    *("in_reply_to_user_id", "referenced_posts", "username"),
)
TWEET_EXPANSIONS: tuple[str, ...] = (
    *("article.cover_media", "article.media_entities", "attachments.media_keys", "attachments.media_source_tweet"),
    *("attachments.poll_ids", "author_id", "edit_history_tweet_ids", "entities.mentions.username", "geo.place_id"),
    *("in_reply_to_user_id", "entities.note.mentions.username", "referenced_tweets.id"),
    *("referenced_tweets.id.attachments.media_keys", "referenced_tweets.id.author_id"),
)
USER_FIELDS: tuple[str, ...] = (
    "confirmed_email",
    "connection_status",
    "created_at",
    "description",
    "entities",
    "id",
    "is_identity_verified",
    "location",
    "name",
    "parody",
    "profile_banner_url",
    "profile_image_url",
    "protected",
    "public_metrics",
    "receives_your_dm",
    "subscribes_to_you",
    "subscription",
    "subscription_type",
    "url",
    "username",
    "verified",
    "verified_followers_count",
    "verified_type",
    "withheld",
)
USER_FIELDS_OLD: tuple[str, ...] = ("affiliation", "most_recent_tweet_id", "pinned_tweet_id")
USER_EXPANSIONS: tuple[str, ...] = ("affiliation", "most_recent_post_id", "pinned_post_id")
USER_EXPANSIONS_OLD: tuple[str, ...] = ("most_recent_tweet_id", "pinned_tweet_id")
MEDIA_FIELDS: tuple[str, ...] = (
    "alt_text",
    "duration_ms",
    "height",
    "media_key",
    "non_public_metrics",
    "organic_metrics",
    "preview_image_url",
    "promoted_metrics",
    "public_metrics",
    "type",
    "url",
    "variants",
    "width",
)
POLL_FIELDS: tuple[str, ...] = ("duration_minutes", "end_datetime", "id", "options", "voting_status")
PLACE_FIELDS: tuple[str, ...] = (
    "contained_within",
    "country",
    "country_code",
    "full_name",
    "geo",
    "id",
    "name",
    "place_type",
)
DM_FIELDS: tuple[str, ...] = ("attachments", "created_at", "dm_conversation_id", "entities", "event_type", "id", "text")
DM_FIELDS_OLD: tuple[str, ...] = ("participant_ids", "referenced_tweets", "sender_id")
DM_EXPANSIONS: tuple[str, ...] = ("attachments.media_keys", "participant_ids", "referenced_posts", "sender_id")
DM_EXPANSIONS_OLD: tuple[str, ...] = ("referenced_tweets.id",)
DM_TYPES: tuple[str, ...] = ("MessageCreate", "ParticipantsJoin", "ParticipantsLeave")
HOOK_FIELDS: tuple[str, ...] = ("created_at", "id", "url", "valid")
CANONICAL = {
    "note_post": "note_tweet",
    "edit_history_post_ids": "edit_history_tweet_ids",
    "referenced_posts": "referenced_tweets.id",
    "referenced_tweets.id.author_id": "referenced_tweets.id",
    "referenced_tweets.id.attachments.media_keys": "referenced_tweets.id",
}
"""Other names of the same thing, by what the emulator itself calls it."""
SPELLED_POST = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
    "tweets": "posts",
}
"""Names in answers and events when the switch `spelling` says "post"."""

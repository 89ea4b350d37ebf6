"""What is asked for beside a text. The published schema and the live service spell it differently: an option chooses.

Source: OpenAPI 2.167 says "post", the network's own pages, samples and clients say "tweet".
"""

from collections.abc import Mapping

from otklik.networks.base import Access

_USERS = {"user.fields": "name,username"}
_MEDIA = {"media.fields": "alt_text,height,preview_image_url,type,url,variants,width"}
_BESIDE = _USERS | _MEDIA | {"place.fields": "full_name,geo,place_type"}
_PLAIN = "attachments,conversation_id,created_at,display_text_range,entities,geo,public_metrics,reply_settings"
TEXTS: Mapping[str, Mapping[str, str]] = {
    "tweet": {
        "tweet.fields": f"{_PLAIN},author_id,in_reply_to_user_id,note_tweet,referenced_tweets",
        "expansions": "author_id,attachments.media_keys,geo.place_id,referenced_tweets.id",
        **_BESIDE,
    },
    "post": {
        "post.fields": f"{_PLAIN},note_post",
        "expansions": "author_id,in_reply_to_user_id,attachments.media_keys,geo.place_id,referenced_posts",
        **_BESIDE,
    },
}
MESSAGES: Mapping[str, str] = {
    "dm_event.fields": "attachments,created_at,dm_conversation_id,entities,event_type,id,text",
    "expansions": "sender_id,attachments.media_keys",
    **_USERS,
    **_MEDIA,
}
PEOPLE: Mapping[str, str] = _USERS


def of_texts(access: Access) -> Mapping[str, str]:
    return TEXTS["post" if access.options.get("spelling") == "post" else "tweet"]

"""How a node of the graph is written down: its fields, and its edges with their parameters.

The types are the published ones. `partial` marks an operation of which only some published parameters are taken.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Literal

from sandbox.meta.calling import Call
from sandbox.validation import Param


@dataclasses.dataclass(frozen=True)
class Edge:
    """One operation. `edge` "" is the node itself; `answers` the type of node in a listing, "" for a plain object.

    `right` is what the token must be allowed. `run` gives rows for a listing, or the whole answer.
    """

    verb: Literal["GET", "POST", "DELETE"]
    node: str
    edge: str
    run: Callable[[Call], Any]
    params: tuple[Param, ...] = ()
    answers: str = ""
    right: str = ""
    partial: bool = False
    tokens: frozenset[str] = frozenset({"page", "user", "instagram"})


PAGING = frozenset({"limit", "after", "before", "summary"})
BY_TIME = frozenset({"until", "since", "__paging_token", "__previous"})  # of a Page's posts
COMMON = frozenset(
    {"access_token", "appsecret_proof", "fields", "pretty", "locale", "format", "debug", "method", "return_structure"}
    | {"suppress_http_code"}
)
"""What every call takes."""

FIELDS: Mapping[str, Mapping[str, str]] = {
    "Page": {
        "id": "string",
        "about": "string",
        "access_token": "string",
        "category": "string",
        "connected_instagram_account": "IGUser",
        "fan_count": "unsigned int",
        "followers_count": "unsigned int",
        "instagram_business_account": "IGUser",
        "is_published": "bool",
        "link": "string",
        "name": "string",
        "username": "string",
    },
    "PagePost": {
        "id": "string",
        "can_reply_privately": "bool",
        "coordinates": "Object",
        "created_time": "datetime",
        "from": "Object",
        "full_picture": "string",
        "icon": "string",
        "is_expired": "bool",
        "is_hidden": "bool",
        "is_published": "bool",
        "message": "string",
        "message_tags": "list",
        "parent_id": "string",
        "permalink_url": "string",
        "picture": "string",
        "place": "Place",
        "promotable_id": "string",
        "shares": "Object",
        "status_type": "string",
        "story": "string",
        "target": "Profile",
        "updated_time": "datetime",
    },
    "Comment": {
        "id": "string",
        "attachment": "Object",
        "can_comment": "bool",
        "can_hide": "bool",
        "can_like": "bool",
        "can_remove": "bool",
        "can_reply_privately": "bool",
        "comment_count": "unsigned int",
        "created_time": "datetime",
        "from": "Object",
        "is_hidden": "bool",
        "is_private": "bool",
        "like_count": "unsigned int",
        "message": "string",
        "message_tags": "list<EntityAtTextRange>",
        "object": "Object",
        "parent": "Comment",
        "permalink_url": "string",
        "private_reply_conversation": "Object",
        "user_likes": "bool",
    },
    "IGUser": {
        "id": "string",
        "biography": "string",
        "followers_count": "int",
        "follows_count": "int",
        "ig_id": "int",
        "is_published": "bool",
        "media_count": "int",
        "mentioned_comment": "IGComment",
        "mentioned_media": "IGMedia",
        "name": "string",
        "profile_picture_url": "string",
        "username": "string",
        "website": "string",
    },
    "IGMedia": {
        "id": "string",
        "caption": "string",
        "comments_count": "int",
        "ig_id": "string",
        "is_comment_enabled": "bool",
        "is_shared_to_feed": "bool",
        "like_count": "int",
        "media_product_type": "string",
        "media_type": "string",
        "media_url": "string",
        "owner": "IGUser",
        "permalink": "string",
        "shortcode": "string",
        "thumbnail_url": "string",
        "timestamp": "datetime",
        "username": "string",
        "view_count": "int",
    },
    "IGComment": {
        "id": "string",
        "from": "IGCommentFromUser",
        "hidden": "bool",
        "legacy_instagram_comment_id": "string",
        "like_count": "int",
        "media": "IGMedia",
        "parent_id": "string",
        "text": "string",
        "timestamp": "datetime",
        "user": "IGUser",
        "username": "string",
    },
    "UnifiedThread": {
        "id": "string",
        "can_reply": "bool",
        "folder": "string",
        "former_participants": "Object",
        "is_owner": "bool",
        "is_subscribed": "bool",
        "link": "string",
        "message_count": "int",
        "name": "string",
        "participants": "Object",
        "scoped_thread_key": "string",
        "senders": "Object",
        "snippet": "string",
        "unread_count": "int",
        "updated_time": "datetime",
    },
    "UnifiedMessage": {
        "id": "string",
        "attachments": "Object",
        "created_time": "datetime",
        "from": "Object",
        "message": "string",
        "shares": "Object",
        "sticker": "string",
        "tags": "Object",
        "to": "Object",
    },
    "StoryAttachment": {
        "media": "Object",
        "media_type": "string",
        "subattachments": "Object",
        "target": "Object",
        "title": "string",
        "type": "string",
        "url": "string",
    },
    "User": {"id": "string", "first_name": "string", "last_name": "string", "name": "string", "profile_pic": "string"},
    "IGPerson": {"id": "string", "name": "string", "profile_pic": "string", "username": "string"},
    "Application": {"id": "string", "name": "string", "link": "string", "category": "string"},
    "Photo": {"id": "string", "height": "unsigned int", "link": "string", "width": "unsigned int"},
    "ApplicationSubscriptions": {
        "object": "string",
        "callback_url": "string",
        "active": "bool",
        "fields": "list<Object>",
    },
}
"""Every field that may be asked for, by the kind of node."""

DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "Page": ("name", "id"),
    "PagePost": ("created_time", "message", "story", "id"),
    "Comment": ("created_time", "from", "message", "id"),
    "IGUser": ("id",),
    "IGMedia": ("id",),
    "IGComment": ("timestamp", "text", "id"),
    "UnifiedThread": ("id", "link", "updated_time"),
    "UnifiedMessage": ("id", "created_time"),
    "StoryAttachment": ("media", "target", "title", "type", "url"),
    "User": ("name", "id"),
    "IGPerson": ("name", "id"),
    "Application": ("category", "link", "name", "id"),
    "Photo": ("id",),
    "ApplicationSubscriptions": ("object", "callback_url", "active", "fields"),
}
"""What is told when nothing is asked for."""

NO_ID = frozenset({"StoryAttachment", "ApplicationSubscriptions"})

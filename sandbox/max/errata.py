"""Where the wire differs from the published schema 0.0.30: the only differences the tests let pass.

`path` is "schema:<name>.<property>", "schema:<name>", "operation:<name>", "parameter:<operation>.<name>" or
"status:<number>".
"""

from typing import Any

from sandbox.errata import Erratum

_COMMENTS = "type declarations of the official client 0.3.1 and the network's current pages on comments"
_RECORDED = "official sample payloads of 2026"
_CHAT_ID = {"type": "integer"}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _update(name: str, properties: dict[str, Any], *required: str) -> Erratum:
    inside = {"properties": properties, "required": list(required)}
    shape = {"allOf": [_ref("Update"), inside]}
    return Erratum(f"schema:{name}", "extra", "an update of the comments API", _COMMENTS, shape)


_MESSAGE = {"message": {"allOf": [_ref("Message")]}}
_REMOVED = {
    "message_id": {"type": "string"},
    "chat_id": _CHAT_ID,
    "user_id": {"type": "integer"},
    "post_id": {"type": ["string", "integer", "null"]},
}
_CHANGED = {"chat_id": _CHAT_ID, "user": {"allOf": [_ref("User")]}, "is_channel": {"type": "boolean"}}

ERRATA: tuple[Erratum, ...] = (
    Erratum("schema:*", "optional", "`required` of a nullable property means nullable, not present", _RECORDED),
    Erratum("schema:MessageBody.link", "optional", "it is required but nowhere described", _RECORDED),
    Erratum("schema:NewMessageBody.*", "optional", "clients leave out what they do not need", "published clients"),
    Erratum(
        "schema:Update",
        "differs",
        "parents with a discriminator and their children name each other; the choice is made by the property instead",
        "the schema itself: validators would recurse for ever",
    ),
    Erratum("schema:User.name", "extra", "the whole name comes beside its parts", _RECORDED, {"type": "string"}),
    Erratum("schema:User.avatar_url", "extra", "plain users may carry it", _RECORDED, {"type": "string"}),
    Erratum("schema:User.full_avatar_url", "extra", "plain users may carry it", _RECORDED, {"type": "string"}),
    Erratum(
        "schema:Recipient.post_id",
        "extra",
        "the post that a comment stands under; sources do not agree on its type",
        _COMMENTS,
        {"type": ["string", "integer", "null"]},
    ),
    Erratum(
        "schema:BotAddedToChatUpdate.user", "optional", "no longer sent since November 2026", "the network's changelog"
    ),
    Erratum("operation:getChats", "differs", "no longer supported since June 2026: refused", "the network's changelog"),
    Erratum("schema:BotAddedToChatUpdate.user_id", "extra", "who did it", _RECORDED, {"type": "integer"}),
    Erratum("schema:BotRemovedFromChatUpdate.user_id", "extra", "who did it", _RECORDED, {"type": "integer"}),
    Erratum("schema:UserRemovedFromChatUpdate.user_id", "extra", "who it was", _RECORDED, {"type": "integer"}),
    Erratum("schema:ChatTitleChangedUpdate.user_id", "extra", "who did it", _RECORDED, {"type": "integer"}),
    _update("comment_created", _MESSAGE, "message"),
    _update("comment_edited", _MESSAGE, "message"),
    _update("comment_removed", _REMOVED, "message_id", "chat_id", "user_id"),
    _update("bot_admin_permissions_changed", _CHANGED, "chat_id"),
    Erratum("operation:getComments", "extra", "the comments API", _COMMENTS, _ref("MessageList")),
    Erratum("operation:getComment", "extra", "the comments API", _COMMENTS, _ref("Message")),
    Erratum("operation:createComment", "extra", "the comments API", _COMMENTS, _ref("SendMessageResult")),
    Erratum("operation:editComment", "extra", "the comments API", _COMMENTS, _ref("SimpleQueryResult")),
    Erratum("operation:deleteComment", "extra", "the comments API", _COMMENTS, _ref("SimpleQueryResult")),
    Erratum("parameter:getMessages.after", "extra", "the newer word for `from`", "the network's current pages"),
    Erratum("parameter:getMessages.before", "extra", "the newer word for `to`", "the network's current pages"),
    Erratum("status:403", "extra", "operations answer it, the list of statuses lacks it", "the schema's own responses"),
    Erratum("status:415", "extra", "a body that is not JSON", "the network's current pages"),
    Erratum("status:422", "extra", "comments.timeout_exceeded", _COMMENTS),
)

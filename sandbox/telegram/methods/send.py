"""Messages of the bot: texts, a photo, an album. Each hangs under the message it replies to, or is not sent at all."""

import time
from typing import Any

from sandbox.pictures import NotAPicture
from sandbox.telegram import shapes, writing
from sandbox.telegram.errors import bad, too_many
from sandbox.telegram.limits import Limiter
from sandbox.telegram.spec import Call, Method, check_object, take
from sandbox.telegram.switchboard import switch
from sandbox.telegram.world import asked_chat, check_dialogue, find_message, talked_chat

LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024
MOST_IN_ALBUM = 10
limiter = Limiter(time.monotonic)


def send_message(call: Call) -> object:
    text = call.text("text").strip()
    if not text:
        raise bad("message text is empty")
    if length(text) > LONGEST_TEXT:
        raise bad("message is too long")
    (row,) = writing.write_all(call.world, _draft(call, text), ())
    return shapes.message(call.world, row, call.me)


def send_photo(call: Call) -> object:
    caption = _caption(call.text("caption"))
    draft = _draft(call, caption)
    photo = call.args.get("photo") or ("attach://photo" if "photo" in call.files else "")
    (row,) = writing.write_all(call.world, draft, (_photo(call, str(photo)),))
    return shapes.message(call.world, row, call.me)


def send_media_group(call: Call) -> object:
    media = call.args["media"]
    if not 2 <= len(media) <= MOST_IN_ALBUM:
        raise bad("wrong number of messages to send as an album")
    items = [check_object("InputMediaPhoto", item) for item in media if item.get("type") == "photo"]
    if len(items) != len(media):
        raise bad("can't parse InputMedia: only photos are taken here")
    captions = [_caption(str(item.get("caption", ""))) for item in items]
    draft = _draft(call, captions[0])
    if any(captions[1:]):
        raise bad("can't parse InputMedia: here only the first of an album has a caption")
    photos = [_photo(call, str(item["media"])) for item in items]
    return [shapes.message(call.world, row, call.me) for row in writing.write_all(call.world, draft, photos)]


def length(text: str) -> int:
    """Signs as the network counts them: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _caption(text: str) -> str:
    if length(text.strip()) > LONGEST_CAPTION:
        raise bad("message caption is too long")
    return text.strip()


def _draft(call: Call, text: str) -> writing.Draft:
    number = asked_chat(call.world, call.args["chat_id"])
    reply: dict[str, Any] = call.args.get("reply_parameters", {})
    if number > 0:
        check_dialogue(call.world, call.me, number)
        _hold_back(call, number)
        return writing.Draft(number, text, call.me, call.me, reply_to=_reply_to(call, call.me, number, reply))
    chat = talked_chat(call.world, call.me, number)
    _hold_back(call, number)
    if (call.args.get("photo") or call.args.get("media") or call.files) and not chat["photos"]:
        raise bad("not enough rights to send photos to the chat")
    above = _reply_to(call, 0, chat["id"], reply)
    speaks_as = chat["id"] if chat["type"] == "channel" else 0
    return writing.Draft(chat["id"], text, call.me, sender_chat=speaks_as, reply_to=above)


def _reply_to(call: Call, box: int, chat: int, reply: dict[str, Any]) -> int:
    if not reply:
        return 0
    elsewhere = "chat_id" in reply and asked_chat(call.world, reply["chat_id"]) != chat
    row = None if elsewhere else find_message(call.world, box, chat, int(reply["message_id"]))
    if row is not None and not row["deleted"]:
        return int(row["id"])
    if reply.get("allow_sending_without_reply", False):
        return 0
    raise bad("message to be replied not found")


def _hold_back(call: Call, chat: int) -> None:
    if switch(call.db, "rate_limits"):
        wait = limiter.wait(call.me, chat)
        if wait:
            raise too_many(wait)


def _photo(call: Call, photo: str) -> int:
    """A file of the form (`attach://name`), or one that the network has already, by its id."""
    if photo.startswith("attach://"):
        file = call.files.get(photo.removeprefix("attach://"))
        if file is None:
            raise bad("there is no photo in the request")
        if not file.content:
            raise bad("file must be non-empty")
        try:
            return writing.keep_photo(call.world, file.content)
        except NotAPicture as fault:
            raise bad("IMAGE_PROCESS_FAILED") from fault
    if not photo:
        raise bad("there is no photo in the request")
    read = shapes.read_file_id(photo)
    if read is None or read[0] != call.me:
        raise bad("wrong remote file identifier specified: Wrong character in the string")
    return read[1]


_COMMON = (
    "business_connection_id String",
    "chat_id! Integer, String",
    "message_thread_id Integer",
    "direct_messages_topic_id Integer",
    "disable_notification Boolean",
    "protect_content Boolean",
    "allow_paid_broadcast Boolean",
    "message_effect_id String",
    "reply_parameters ReplyParameters",
)
_MARKUP = "reply_markup InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove, ForceReply"
_SUGGESTED = "suggested_post_parameters SuggestedPostParameters"
METHODS = (
    Method(
        "sendMessage",
        take(
            *_COMMON,
            "text! String",
            "parse_mode String",
            "entities Array of MessageEntity",
            "link_preview_options LinkPreviewOptions",
            _SUGGESTED,
            _MARKUP,
        ),
        send_message,
        ("Message",),
    ),
    Method(
        "sendPhoto",
        take(
            *_COMMON,
            "photo! InputFile, String",
            "caption String",
            "parse_mode String",
            "caption_entities Array of MessageEntity",
            "show_caption_above_media Boolean",
            "has_spoiler Boolean",
            _SUGGESTED,
            _MARKUP,
        ),
        send_photo,
        ("Message",),
    ),
    Method(
        "sendMediaGroup",
        take(
            *_COMMON,
            "media! Array of InputMediaAudio, Array of InputMediaDocument, Array of InputMediaLivePhoto, "
            "Array of InputMediaPhoto, Array of InputMediaVideo",
        ),
        send_media_group,
        ("Array of Message",),
    ),
)

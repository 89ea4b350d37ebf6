"""The only calls that the world can see: a reply under a comment or post, a message into the author's dialogue.

MAX has no key against a repeat, so nothing here is said twice: an unclear outcome is looked up by `look`. Everything
that can be refused is refused before the first byte leaves.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from otklik.lib.http import Upload
from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Json, Limits, Photo, Published, Speech
from otklik.networks.counting import objections
from otklik.networks.errors import Broken, Cause, NeedsPerson, OutcomeUnknown, RetryAt
from otklik.networks.max import address as at
from otklik.networks.max.client import TITLE, prepare, site_of, tell
from otklik.networks.max.failures import NOT_READY
from otklik.networks.max.pages import comments_path
from otklik.networks.max.parse import GROUP_CHAT
from otklik.networks.values import mapping, read, text
from otklik.networks.wire import SHORT, deliver

PAUSES = (1.0, 2.0, 4.0)  # seconds that MAX asks to wait for a photo it still works on
_LATER = timedelta(minutes=1)

# Comments take neither attachments nor mentions nor links. How many pictures a message takes is not documented.
LIMITS = Limits(
    text=4000,
    direct_text=4000,
    photos=0,
    direct_photos=10,
    photo_bytes=10 * 1024 * 1024,
    links=0,
    mentions=False,
)
_FAILED = _("MAX не приняла фотографию: приложите другую или отправьте ответ без неё")


def publish(access: Access, speech: Speech, key: str, sleep: Callable[[float], None] | None = None) -> Published:
    """Say it. Raises NeedsPerson and Permanent before anything is said, OutcomeUnknown when it may have been.

    `key` is not used: MAX has no protection against a repeat.
    """
    _check(speech, LIMITS)
    return _message(access, speech, sleep or time.sleep) if speech.direct else _comment(access, speech)


def _check(speech: Speech, limits: Limits) -> None:
    # Only comments take neither links nor mentions.
    bounds = replace(limits, links=None, mentions=True) if speech.direct else limits
    against = objections(speech.text, bounds, direct=speech.direct, photos=len(speech.photos))
    if against:
        raise NeedsPerson(against[0], cause=Cause.TEXT)
    if not speech.text.strip() and not speech.photos:
        raise Broken(_("Пустой ответ"))
    if any(len(photo.content) > limits.photo_bytes for photo in speech.photos):
        raise NeedsPerson(_("Фотография слишком велика для MAX: приложите другую"), cause=Cause.TEXT)


def _comment(access: Access, speech: Speech) -> Published:
    target = at.text_address(speech.reply_to)
    if target is None:
        raise Broken(_("Не разобрать адрес сообщения MAX, на которое отвечаем"))
    body: dict[str, Json] = {"text": speech.text}
    if target.comment:
        body["link"] = {"type": "reply", "mid": target.comment}
    mid = _message_id(tell(access, comments_path(target.mid), {}, body).json)
    return Published(
        at.text_id(target.chat, target.mid, mid), at.comment_url(site_of(access), target.chat, target.mid, mid)
    )


def _message(access: Access, speech: Speech, sleep: Callable[[float], None]) -> Published:
    chat = at.dialogue_chat(speech.thread) or at.dialogue_chat(speech.reply_to)
    if not chat:
        raise Broken(_("Не разобрать адрес диалога MAX"))
    if chat < 0:
        raise NeedsPerson(GROUP_CHAT)
    body: dict[str, Json] = {"text": speech.text or None}
    if speech.photos:
        body["attachments"] = upload(access, speech.photos)
    mid = _message_id(_sent(access, chat, body, sleep))
    return Published(at.text_id(chat, mid), at.dialogue_url(site_of(access), chat))


def _sent(access: Access, chat: int, body: Mapping[str, Json], sleep: Callable[[float], None]) -> Mapping[str, Json]:
    """The message goes once. While MAX says that a photo is not ready it has sent nothing, so the same call is made
    again: a new upload would only begin the waiting anew."""
    for pause in PAUSES:
        try:
            return tell(access, "/messages", {"chat_id": chat}, body).json
        except RetryAt as refusal:
            if refusal.code != NOT_READY:
                raise
            sleep(pause)
    try:
        return tell(access, "/messages", {"chat_id": chat}, body).json
    except RetryAt as refusal:
        if refusal.code == NOT_READY:
            raise RetryAt(str(refusal), _LATER, refusal.code) from None
        raise


def _message_id(answer: Mapping[str, Json]) -> str:
    mid = at.mid_of(mapping(mapping(answer.get("message")).get("body")).get("mid"))
    if not mid:
        raise OutcomeUnknown(_("MAX не назвала номер опубликованного ответа"))
    return mid


def upload(access: Access, photos: Sequence[Photo]) -> list[Json]:
    """Attachments for a message. Raises NeedsPerson for a picture that MAX does not take, RetryAt for now."""
    return [{"type": "image", "payload": {"token": _one(access, photo)}} for photo in photos]


def _one(access: Access, photo: Photo) -> str:
    answer = prepare(access, "/uploads", {"type": "image"}).json
    url, first_token = text(answer.get("url")), text(answer.get("token"))
    if not url:
        raise NeedsPerson(_FAILED, cause=Cause.TEXT)
    reply = deliver(access, TITLE, url, (Upload("data", photo.name, photo.content, photo.content_type),))
    if reply.status >= 500 or reply.status == 429:
        raise RetryAt(
            _("Сервер загрузки сети «%(title)s» ответил непонятно") % {"title": TITLE}, SHORT, str(reply.status)
        )
    # The upload host answers JSON for pictures; where it answers XML, the token of the first step is the one.
    uploaded = mapping(read(reply.body))
    tokens = [text(mapping(value).get("token")) for value in mapping(uploaded.get("photos")).values()]
    token = next((token for token in tokens if token), "") or text(uploaded.get("token")) or first_token
    if reply.status >= 300 or not token:
        raise NeedsPerson(_FAILED, cause=Cause.TEXT)
    return token

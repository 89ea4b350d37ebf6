"""The only calls that the world can see: a reply under a message in a group, a message into the author's dialogue.

Telegram knows no idempotency key and shows a bot no history, so each is made once. Everything that can be refused is
refused before the first byte leaves.
"""

from otklik.lib.http import Upload
from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Json, Limits, Photo, Published, Speech
from otklik.networks.counting import Counting, length, objections
from otklik.networks.errors import Broken, Cause, NeedsPerson, OutcomeUnknown, Permanent
from otklik.networks.telegram import address as at
from otklik.networks.telegram.client import site_of, tell
from otklik.networks.telegram.parse import thread_of, url_of
from otklik.networks.values import dump, mapping, mappings, number

CAPTION = 1024  # the most that may stand under a picture, in UTF-16 units

# Bot API: sendMessage takes 4096 signs, an album 10 pictures, a picture 10 MB.
LIMITS = Limits(
    text=4096,
    direct_text=4096,
    photos=10,
    direct_photos=10,
    photo_bytes=10 * 1024 * 1024,
    counting=Counting.UTF16,
    direct_counting=Counting.UTF16,
    caption=CAPTION,
)


def publish(access: Access, speech: Speech, key: str) -> Published:
    """Say it. Raises NeedsPerson and Permanent before anything is said, OutcomeUnknown when it may have been.

    `key` is not used: Telegram would say the same text twice.
    """
    _check(speech, LIMITS)
    where = _dialogue(access, speech) if speech.direct else _under(speech)
    result = _send(access, speech, where)
    first = mapping(mappings(result)[0]) if mappings(result) else mapping(result)
    named = number(first.get("message_id")) or 0
    chat = number(mapping(first.get("chat")).get("id")) or 0
    if named <= 0 or not chat:
        raise OutcomeUnknown(_("Telegram не назвал номер опубликованного ответа"))
    if speech.direct:
        return Published(at.direct_id(int(at.bot_number(access.external_id)), chat, named), "")
    return Published(at.message_id(chat, named), url_of(first, site_of(access), chat, named, thread_of(first)))


def _check(speech: Speech, limits: Limits) -> None:
    against = objections(speech.text, limits, direct=speech.direct, photos=len(speech.photos))
    if against:
        raise NeedsPerson(against[0], cause=Cause.TEXT)
    if not speech.text.strip() and not speech.photos:
        raise Broken(_("Пустой ответ"))
    if speech.photos and length(speech.text, Counting.UTF16) > CAPTION:
        words = _("С фотографией ответ не длиннее %(most)s знаков: сократите его или уберите фотографии") % {
            "most": CAPTION
        }
        raise NeedsPerson(words, cause=Cause.TEXT)
    if any(len(photo.content) > limits.photo_bytes for photo in speech.photos):
        raise NeedsPerson(_("Фотография больше 10 МБ: Telegram её не примет"), cause=Cause.TEXT)


def _under(speech: Speech) -> dict[str, Json]:
    """Never without the message itself: a reply that lost it would stand there for nobody."""
    target = at.message_address(speech.reply_to)
    if target is None:
        raise Broken(_("Не разобрать адрес сообщения Telegram, на которое отвечаем"))
    reply: dict[str, Json] = {"message_id": target.message, "allow_sending_without_reply": False}
    return {"chat_id": target.chat, "reply_parameters": reply}


def _dialogue(access: Access, speech: Speech) -> dict[str, Json]:
    """A dialogue is the author's own, so a message that he has removed there does not stop the answer."""
    target = at.direct_address(speech.reply_to) or at.direct_address(speech.thread)
    if target is None:
        raise Broken(_("Не разобрать адрес диалога Telegram"))
    if target.bot and str(target.bot) != at.bot_number(access.external_id):
        raise Permanent(_("Этот диалог ведёт другой бот: ответить в нём может только он"))
    where: dict[str, Json] = {"chat_id": target.user}
    if target.message:
        where["reply_parameters"] = {"message_id": target.message, "allow_sending_without_reply": True}
    return where


def _send(access: Access, speech: Speech, where: dict[str, Json]) -> Json:
    """Plain text: without `parse_mode` no sign of it can be taken for markup."""
    if not speech.photos:
        plain: dict[str, Json] = {"text": speech.text, "link_preview_options": {"is_disabled": True}}
        return tell(access, "sendMessage", where | plain)
    caption: dict[str, Json] = {"caption": speech.text} if speech.text.strip() else {}
    if len(speech.photos) == 1:
        return tell(access, "sendPhoto", where | caption, (_file("photo", speech.photos[0]),))
    files = tuple(_file(f"photo{place}", photo) for place, photo in enumerate(speech.photos))
    media: list[Json] = [{"type": "photo", "media": f"attach://{file.field}"} for file in files]
    media[0] = {"type": "photo", "media": f"attach://{files[0].field}", **caption}
    return tell(access, "sendMediaGroup", where | {"media": dump(media).decode()}, files)


def _file(field: str, photo: Photo) -> Upload:
    return Upload(field, photo.name, photo.content, photo.content_type)

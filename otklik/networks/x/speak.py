"""The only calls that the world can see: a reply under a text, a message into the author's dialogue.

The network has no key against saying a thing twice. Everything that can be refused is refused before the first byte
leaves; the text that is answered is looked at once more, since the answer goes to its newest version.
"""

from collections.abc import Sequence

from otklik.lib.http import Upload
from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Json, Limits, Photo, Published, Speech
from otklik.networks.counting import Counting, objections
from otklik.networks.errors import Broken, Cause, NeedsPerson, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.values import mapping, mappings
from otklik.networks.wire import SHORT
from otklik.networks.x import address as at
from otklik.networks.x import direct, summons, tweet
from otklik.networks.x.client import USER, key_or_person, put_up, site_of, tell
from otklik.networks.x.link import newest
from otklik.networks.x.look import dialogue_of

_NO_KEY = _("Чтобы отвечать, аккаунту X нужен ключ пользователя")

LIMITS = Limits(
    text=280,
    direct_text=10_000,
    photos=4,
    direct_photos=1,
    photo_bytes=5 * 1024 * 1024,
    counting=Counting.WEIGHTED,
    cashtags=1,
    parts=2,
    link_warning=_("Ответ со ссылкой стоит в X около 0,20 $, без ссылки — 0,01–0,015 $"),
)


def publish(access: Access, speech: Speech, key: str) -> Published:
    """Say it. Raises NeedsPerson and Permanent before anything is said, OutcomeUnknown when it may have been.

    `key` is not used: the network has nothing that takes it.
    """
    _check(speech, LIMITS)
    key_or_person(access, (USER,), _NO_KEY)
    return _message(access, speech) if speech.direct else _reply(access, speech)


def _check(speech: Speech, limits: Limits) -> None:
    if not speech.text.strip() and not speech.photos:
        raise Broken(_("Пустой ответ"))
    against = objections(speech.text, limits, direct=speech.direct, photos=len(speech.photos))
    if against:
        raise NeedsPerson(against[0], cause=Cause.TEXT)
    if any(len(photo.content) > limits.photo_bytes for photo in speech.photos):
        raise NeedsPerson(_("Фотография больше 5 МБ: X её не примет"), cause=Cause.TEXT)


def _reply(access: Access, speech: Speech) -> Published:
    number = at.post_number(speech.reply_to)
    if not number:
        raise Broken(_("Не разобрать адрес сообщения X, на которое отвечаем"))
    answer = newest(access, number)
    target = mappings(answer.value.get("data"))[0]
    includes = mapping(answer.value.get("includes"))
    texts = mappings(includes.get("tweets")) + mappings(includes.get("posts"))
    quoted = tweet.referenced(target, "quoted")
    quoted_author = next((at.number(each.get("author_id")) for each in texts if each.get("id") == quoted), "")
    refusal = summons.closed(target, summons.rules_of(access), quoted_author)
    if refusal:
        raise Permanent(refusal, cause=Cause.CLOSED)
    body: dict[str, Json] = {"text": speech.text, "reply": {"in_reply_to_tweet_id": tweet.chain(target)[-1]}}
    if speech.photos:
        body["media"] = {"media_ids": list[Json](uploaded(access, speech.photos, direct=False))}
    reply_id = at.number(mapping(tell(access, "/2/tweets", body).value.get("data")).get("id"))
    if not reply_id:
        raise OutcomeUnknown(_("X не назвала номер опубликованного ответа"))
    return Published(at.post_id(reply_id), at.post_url(site_of(access), reply_id))


def _message(access: Access, speech: Speech) -> Published:
    where = dialogue_of(speech)
    if where is None:
        raise Broken(_("Не разобрать адрес диалога X"))
    if where.account != access.external_id:
        raise Permanent(_("Этот диалог ведёт другой аккаунт: ответить в нём может только он"))
    if where.group:
        raise NeedsPerson(direct.GROUP)
    path = f"/2/dm_conversations/with/{where.peer}/messages"
    body: dict[str, Json] = {"text": speech.text} if speech.text.strip() else {}
    if speech.photos:
        body["attachments"] = [{"media_id": each} for each in uploaded(access, speech.photos, direct=True)]
    data = mapping(tell(access, path, body, rest=False).value.get("data"))
    event = at.number(data.get("dm_event_id"))
    if not event:
        raise OutcomeUnknown(_("X не назвала номер отправленного сообщения"))
    url = at.dialogue_url(site_of(access), where.account, where.peer)
    return Published(at.direct_id(where.account, where.peer, event), url)


def uploaded(access: Access, photos: Sequence[Photo], *, direct: bool) -> list[str]:
    """The numbers under which the network took them, in their order. Raises NeedsPerson for a picture it refuses."""
    return [_one(access, photo, "dm_image" if direct else "tweet_image") for photo in photos]


def _one(access: Access, photo: Photo, category: str) -> str:
    file = Upload("media", photo.name, photo.content, photo.content_type)
    try:
        answer = put_up(access, "/2/media/upload", {"media_category": category}, file)
    except Permanent as refusal:
        raise NeedsPerson(
            _("X не приняла фотографию: приложите другую или ответьте без неё"), refusal.code, Cause.TEXT
        ) from None
    number = at.number(mapping(answer.value.get("data")).get("id"))
    if not number:
        raise RetryAt(_("X не назвала номер загруженной фотографии"), SHORT)
    return number

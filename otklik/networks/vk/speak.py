"""The only calls that the world can see: a reply under a comment or post, a message into the author's dialogue.

The same key gives the same `guid` or `random_id`, so that a repeat is not said twice. Everything that can be refused
is refused before the first byte leaves.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from otklik.lib.http import Upload
from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Limits, Photo, Published, Speech
from otklik.networks.errors import Broken, Cause, NeedsPerson, NetworkError, OutcomeUnknown, Permanent
from otklik.networks.values import mapping, mappings, number, text
from otklik.networks.vk import address as at
from otklik.networks.vk import notes
from otklik.networks.vk.beside import NO_VOICE
from otklik.networks.vk.client import COMMUNITY, USER, Parameter, ask, tell, token_or_person, upload
from otklik.networks.vk.look import dialogue_of, history
from otklik.networks.vk.pages import site_of, whole_option
from otklik.networks.vk.parse import message_number

# How many pictures a comment takes is not documented; two is what the site lets people attach.
LIMITS = Limits(text=4000, direct_text=9000, photos=2, direct_photos=10, photo_bytes=50 * 1024 * 1024)
_FAILED = _("ВКонтакте не приняла фотографию: приложите другую или отправьте ответ без неё")


_Call = tuple[str, Mapping[str, Parameter]]


def publish(access: Access, speech: Speech, key: str) -> Published:
    """Say it. Raises NeedsPerson and Permanent before anything is said, OutcomeUnknown when it may have been."""
    _check(access, speech, LIMITS)
    return _message(access, speech, key) if speech.direct else _comment(access, speech, key)


def random_id(key: str) -> int:
    """A positive 32-bit number from the key; the same in every process."""
    return (int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) & 0x7FFFFFFF) or 1


def _check(access: Access, speech: Speech, limits: Limits) -> None:
    longest = limits.direct_text if speech.direct else whole_option(access, "text_limit", limits.text, 1, 16_384)
    if len(speech.text) > longest:
        raise NeedsPerson(
            _("Ответ длиннее %(limit)s знаков: ВКонтакте его не примет, сократите") % {"limit": longest},
            cause=Cause.TEXT,
        )
    if not speech.text.strip() and not speech.photos:
        raise Broken(_("Пустой ответ"))
    most = limits.direct_photos
    if not speech.direct:
        most = whole_option(access, "comment_photos", limits.photos, 0, limits.direct_photos)
    if len(speech.photos) > most:
        raise NeedsPerson(
            _("К этому ответу ВКонтакте нельзя приложить больше %(count)s фотографий") % {"count": most},
            cause=Cause.TEXT,
        )
    if any(len(photo.content) > limits.photo_bytes for photo in speech.photos):
        raise NeedsPerson(_("Фотография больше 50 МБ: ВКонтакте её не примет"), cause=Cause.TEXT)


def _comment(access: Access, speech: Speech, key: str) -> Published:
    target = at.wall_address(speech.reply_to)
    beside = at.beside_address(speech.reply_to) if target is None else None
    if beside is not None:
        return _beside(access, speech, key, beside)
    group = at.group_number(access.external_id)
    if target is None or not group:
        raise Broken(_("Не разобрать адрес сообщения ВКонтакте, на которое отвечаем"))
    attached = wall_photos(access, speech.photos)
    # The photo belongs to the person whose token put it up, so it is that token which may attach it.
    voices = (USER,) if attached else _voices(access, target.owner, group)
    token = token_or_person(access, voices, _("Чтобы отвечать, аккаунту ВКонтакте нужен ключ сообщества"))
    response = tell(
        access,
        token,
        "wall.createComment",
        {
            "owner_id": target.owner,
            "post_id": target.post,
            "from_group": group,
            "message": speech.text or None,
            "reply_to_comment": target.comment or None,
            "attachments": attached or None,
            "guid": key,
        },
    ).response
    comment = number(mapping(response).get("comment_id"))
    if not comment or comment < 0:
        raise OutcomeUnknown(_("ВКонтакте не назвала номер опубликованного ответа"))
    stack = mapping(response).get("parents_stack")
    thread = (number(stack[0]) if isinstance(stack, list) and stack else None) or target.comment
    return Published(
        at.comment_id(target.owner, target.post, comment),
        at.comment_url(site_of(access), target.owner, target.post, comment, thread),
    )


_CREATE = {at.PHOTO: "photos.createComment", at.TOPIC: "board.createComment", at.VIDEO: "video.createComment"}


def _beside(access: Access, speech: Speech, key: str, target: at.BesideAddress) -> Published:
    """Under a photo, a video or in a topic. `from_group` is a flag there: the owner itself speaks, and nobody else's
    community. A topic takes no reply to a comment."""
    if target.owner != -at.group_number(access.external_id):
        raise NeedsPerson(
            _("Под фотографиями, видео и в обсуждениях сообщество отвечает только у себя: ответьте вручную")
        )
    token = token_or_person(access, (USER,), NO_VOICE)
    asked: dict[str, Parameter] = {
        **notes.asked(target),
        "from_group": True,
        "message": speech.text or None,
        "attachments": wall_photos(access, speech.photos) or None,
        "guid": key,
    }
    if target.kind != at.TOPIC:
        asked["reply_to_comment"] = target.comment or None
    comment = number(tell(access, token, _CREATE[target.kind], asked).response)
    if not comment or comment < 0:
        raise OutcomeUnknown(_("ВКонтакте не назвала номер опубликованного ответа"))
    external_id = at.beside_id(target.kind, target.owner, target.thing, comment)
    return Published(external_id, f"{site_of(access)}/{external_id}")


def _voices(access: Access, owner: int, group: int) -> tuple[str, ...]:
    """On its own wall a community speaks with its own token. For a guest it is not settled: an option decides."""
    if owner == -group:
        return COMMUNITY, USER
    chosen = access.options.get("guest_token")
    return (chosen,) if chosen in (COMMUNITY, USER) and isinstance(chosen, str) else (USER, COMMUNITY)


def _message(access: Access, speech: Speech, key: str) -> Published:
    where = dialogue_of(speech)
    group = at.group_number(access.external_id)
    if where is None or not group:
        raise Broken(_("Не разобрать адрес диалога ВКонтакте"))
    if where.group != group:
        raise Permanent(_("Этот диалог ведёт другое сообщество: ответить в нём может только оно"))
    if where.peer > at.CHATS:
        raise NeedsPerson(_("Это общий чат, а не личный диалог: ответ увидят все его участники"))
    token = token_or_person(
        access, (COMMUNITY,), _("Чтобы писать личные сообщения, аккаунту ВКонтакте нужен ключ сообщества")
    )
    response = tell(
        access,
        token,
        "messages.send",
        {
            "peer_id": where.peer,
            "random_id": random_id(key),
            "message": speech.text or None,
            "attachment": message_photos(access, speech.photos, where.peer) or None,
            "group_id": group,
        },
    ).response
    address = at.direct_id(group, where.peer, _number_in_dialogue(access, where.peer, response))
    if address in speech.seen:
        # 31 bits are few: once in many thousands of messages a number repeats an older one of ours.
        raise NeedsPerson(_("ВКонтакте приняла ответ за повтор прежнего и не отправила его: отправьте вручную"))
    return Published(address, at.dialogue_url(site_of(access), group, where.peer))


def _number_in_dialogue(access: Access, peer: int, response: object) -> int:
    """The answer is the community's running number, or a list that may tell the dialogue's own number at once.

    Events tell the dialogue's own number, so that one is the address; if it cannot be learnt the other has to do.
    """
    if isinstance(response, list):
        result = mapping((mappings(response) or [{}])[0])
        if number(result.get("conversation_message_id")):
            return message_number(result)
        response = result.get("message_id")
    sent = number(response)
    if not sent or sent < 0:
        raise OutcomeUnknown(_("ВКонтакте не назвала номер отправленного сообщения"))
    try:
        message_item = next((item for item in history(access, peer) if item.get("id") == sent), None)
    except NetworkError:
        return sent  # it is said already: a failed look must not make it unsaid
    return message_number(message_item) if message_item else sent


def wall_photos(access: Access, photos: Sequence[Photo]) -> list[str]:
    """References for wall.createComment. Only a user's token may upload to a wall."""
    if not photos:
        return []
    why = _("Фотографию к комментарию можно приложить только с ключом пользователя: добавьте его или ответьте без фото")
    token = token_or_person(access, (USER,), why)
    group: dict[str, Parameter] = {"group_id": at.group_number(access.external_id)}
    return [
        _one(access, token, ("photos.getWallUploadServer", group), ("photos.saveWallPhoto", group), photo)
        for photo in photos
    ]


def message_photos(access: Access, photos: Sequence[Photo], peer: int) -> list[str]:
    """References for messages.send, with the community's token."""
    where: dict[str, Parameter] = {"peer_id": peer}
    return [
        _one(access, COMMUNITY, ("photos.getMessagesUploadServer", where), ("photos.saveMessagesPhoto", {}), photo)
        for photo in photos
    ]


def _one(access: Access, token: str, server: _Call, save: _Call, photo: Photo) -> str:
    url = text(mapping(ask(access, token, *server).response).get("upload_url"))
    if not url:
        raise NeedsPerson(_FAILED, cause=Cause.TEXT)
    file = Upload("photo", photo.name, photo.content, photo.content_type)
    uploaded = upload(access, url, [file])
    kept = text(uploaded.get("photo"))
    if kept in ("", "[]"):  # what the upload server answers to a file that is not a picture
        raise NeedsPerson(_FAILED, cause=Cause.TEXT)
    parts: dict[str, Parameter] = {
        "photo": kept,
        "server": number(uploaded.get("server")) or text(uploaded.get("server")) or None,
        "hash": text(uploaded.get("hash")) or None,
    }
    saved = mappings(ask(access, token, save[0], {**save[1], **parts}).response)
    return _reference(saved[0] if saved else {})


def _reference(photo: Mapping[str, Any]) -> str:
    owner, named = number(photo.get("owner_id")), number(photo.get("id"))
    if owner is None or not named:
        raise NeedsPerson(_FAILED, cause=Cause.TEXT)
    access_key = text(photo.get("access_key"))
    return f"photo{owner}_{named}" + (f"_{access_key}" if access_key else "")

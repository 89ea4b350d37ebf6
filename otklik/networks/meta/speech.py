"""What is the same in speaking on both networks: what is refused before a byte leaves, and private messages."""

from otklik.networks.base import Access, Limits, Published, Speech
from otklik.networks.counting import objections
from otklik.networks.errors import Broken, Cause, NeedsPerson, OutcomeUnknown, Permanent
from otklik.networks.meta import messaging
from otklik.networks.meta.client import tell
from otklik.networks.meta.side import DirectAddress, Side, is_mid
from otklik.networks.values import text


def check(speech: Speech, limits: Limits) -> None:
    """Raises NeedsPerson for what the network would refuse, Broken for an empty answer."""
    if not speech.text.strip() and not speech.photos:
        raise Broken("Пустой ответ")
    found = objections(speech.text, limits, direct=speech.direct, photos=len(speech.photos))
    if found:
        raise NeedsPerson(" ".join(found), cause=Cause.TEXT)
    if any(len(photo.content) > limits.photo_bytes for photo in speech.photos):
        raise NeedsPerson("Фотография больше 4 МБ: сеть её не примет", cause=Cause.TEXT)


def dialogue_of(access: Access, side: Side, speech: Speech) -> DirectAddress:
    """The dialogue spoken in. Broken for an unclear address, Permanent when another account leads it."""
    where = side.direct(speech.thread) or side.direct(speech.reply_to)
    if where is None:
        raise Broken("Не разобрать адрес личного диалога")
    if where.place != access.external_id:
        raise Permanent("Этот диалог ведёт другой аккаунт: ответить в нём может только он")
    return where


def send(access: Access, side: Side, speech: Speech, sender: str) -> Published:
    """A private message, allowed only within 24 hours of the author's last one. `sender` is the node that speaks."""
    where = dialogue_of(access, side, speech)
    answer = tell(
        access,
        side,
        f"{sender}/messages",
        {"recipient": {"id": where.peer}, "messaging_type": "RESPONSE", "message": {"text": speech.text}},
    )
    mid = text(answer.body.get("message_id"))
    if not is_mid(mid):
        raise OutcomeUnknown("Сеть не назвала номер отправленного сообщения")
    url = messaging.dialogue_url(side, side.site_of(access), where.place, where.peer)
    return Published(side.message(where.place, where.peer, mid), url)

"""The only calls that the world can see: an answer under a comment or publication, a message into a dialogue.

Everything that can be refused is refused before the first byte leaves. The text goes out letter for letter: by custom
a reply to a reply on Instagram begins with @name, and whoever writes the answer puts it there. The network has no key
against repeats.
"""

from datetime import timedelta

from otklik.lib.http import Upload
from otklik.lib.sentence import Sentence as _
from otklik.lib.sentence import joined
from otklik.networks.base import Access, Limits, Published, Speech
from otklik.networks.counting import objections
from otklik.networks.errors import Broken, Cause, NeedsPerson, NetworkError, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.meta import messaging
from otklik.networks.meta.client import Parameter, arrange, ask, need_token, tell
from otklik.networks.meta.dialect import Dialect
from otklik.networks.meta.reading import ident
from otklik.networks.meta.side import DirectAddress, Side, is_mid
from otklik.networks.values import text

_SOON = timedelta(minutes=1)


def publish(dialect: Dialect, access: Access, speech: Speech) -> Published:
    """Say it. Raises NeedsPerson and Permanent before anything is said, OutcomeUnknown when it may have been."""
    side = dialect.side
    _check(speech, dialect.limits)
    need_token(access, side)
    if speech.direct:
        return _send(access, side, speech)
    target, post = where_to(dialect, access, speech)
    words: dict[str, Parameter] = {"message": speech.text or None}
    if speech.photos:
        words["attachment_id"] = _photo(access, side, speech)
    edge = "comments" if target == post else dialect.replies
    comment = ident(tell(access, side, f"{target}/{edge}", words).body.get("id"))
    if not comment:
        raise OutcomeUnknown(_("Сеть не назвала номер опубликованного ответа"))
    try:  # The network hangs a reply to a reply elsewhere, so it is asked for the link; failing changes nothing.
        item = dict(ask(access, side, comment, {"fields": dialect.link_fields}).body)
    except NetworkError:
        item = {}
    url = dialect.url(side.site_of(access), item, post, comment, "" if target == post else target)
    return Published(side.address(comment), url)


def where_to(dialect: Dialect, access: Access, speech: Speech) -> tuple[str, str]:
    """The comment or post that is answered, and the post, "" = not known. Permanent in the place of others."""
    target, post = dialect.side.thing(speech.reply_to), dialect.side.thing(speech.thread)
    if not target or (dialect.with_post and not post):
        raise Broken(
            _("Не разобрать адрес сообщения %(network)s, на которое отвечаем") % {"network": dialect.side.title}
        )
    if not dialect.ours(access.external_id, post, True):
        raise Permanent(dialect.elsewhere, cause=Cause.BANNED)
    return target, post


def _photo(access: Access, side: Side, speech: Speech) -> str:
    """The picture as an unpublished photo of the Page: nobody sees it until the comment carries it."""
    photo = speech.photos[0]
    file = Upload("source", photo.name, photo.content, photo.content_type)
    path = f"{access.external_id}/photos"
    answer = arrange(access, side, path, {"published": False, "temporary": True}, files=(file,))
    photo_id = ident(answer.body.get("id"))
    if not photo_id:
        raise RetryAt(_("Сеть не назвала номер загруженной фотографии"), _SOON)
    return photo_id


def _check(speech: Speech, limits: Limits) -> None:
    """Raises NeedsPerson for what the network would refuse, Broken for an empty answer."""
    if not speech.text.strip() and not speech.photos:
        raise Broken(_("Пустой ответ"))
    problems = objections(speech.text, limits, direct=speech.direct, photos=len(speech.photos))
    if problems:
        raise NeedsPerson(joined(" ", problems), cause=Cause.TEXT)
    if any(len(photo.content) > limits.photo_bytes for photo in speech.photos):
        raise NeedsPerson(_("Фотография больше 4 МБ: сеть её не примет"), cause=Cause.TEXT)


def dialogue_of(access: Access, side: Side, speech: Speech) -> DirectAddress:
    """The dialogue spoken in. Broken for an unclear address, Permanent when another account leads it."""
    where = side.direct(speech.thread) or side.direct(speech.reply_to)
    if where is None:
        raise Broken(_("Не разобрать адрес личного диалога"))
    if where.place != access.external_id:
        raise Permanent(_("Этот диалог ведёт другой аккаунт: ответить в нём может только он"))
    return where


def _send(access: Access, side: Side, speech: Speech) -> Published:
    """A private message, allowed only within 24 hours of the author's last one."""
    where = dialogue_of(access, side, speech)
    answer = tell(
        access,
        side,
        f"{side.node(access)}/messages",
        {"recipient": {"id": where.peer}, "messaging_type": "RESPONSE", "message": {"text": speech.text}},
    )
    mid = text(answer.body.get("message_id"))
    if not is_mid(mid):
        raise OutcomeUnknown(_("Сеть не назвала номер отправленного сообщения"))
    url = messaging.dialogue_url(side, side.site_of(access), where.place, where.peer)
    return Published(side.message(where.place, where.peer, mid), url)

"""The only calls that the world can see: a comment under a topic, a message into the author's dialogue.

The network has no key against saying it twice, so everything that can be refused is refused before the first byte
leaves, and an unclear outcome is looked up (`look.py`). Whether it still has the method for comments is not certain:
where it has not, a person answers by hand through the link, and the look finds that answer.
"""

from dataclasses import replace
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Json, Limits, Origin, Published, Speech
from otklik.networks.counting import objections
from otklik.networks.errors import Broken, Cause, NeedsPerson, NetworkError, OutcomeUnknown, Permanent
from otklik.networks.ok import address as at
from otklik.networks.ok.client import Parameter, bot_tell, site_of, tell, whole_option
from otklik.networks.ok.dialogues import history
from otklik.networks.ok.failures import UNKNOWN_METHOD, as_guest
from otklik.networks.ok.look import dialogue_of, own_messages, same_text
from otklik.networks.ok.stream import discussion_of
from otklik.networks.ok.walk import Walk
from otklik.networks.values import mapping

METHOD = "discussions.addDiscussionComment"

# 3000 is documented for changing a comment; for a new one and for messages no length is published.
LIMITS = Limits(text=3000, direct_text=3000, photos=0, direct_photos=0, photo_bytes=0)


def publish(access: Access, speech: Speech, key: str) -> Published:
    """Say it. Raises NeedsPerson and Permanent before anything is said, OutcomeUnknown when it may have been.

    The network takes no `key`: an unclear outcome has to be looked up.
    """
    limits = replace(LIMITS, text=whole_option(access, "text_limit", LIMITS.text, 1, 16_384))
    if not speech.text.strip():
        raise Broken(_("Пустой ответ"))
    for objection in objections(speech.text, limits, direct=speech.direct, photos=len(speech.photos)):
        raise NeedsPerson(objection, cause=Cause.TEXT)
    return _message(access, speech) if speech.direct else _comment(access, speech)


def _comment(access: Access, speech: Speech) -> Published:
    target = at.topic_address(speech.reply_to)
    if target is None:
        raise Broken(_("Не разобрать адрес сообщения Одноклассников, на которое отвечаем"))
    walk = Walk(access, Origin.WATCH, "")
    walk.group, is_open = discussion_of(walk, target.topic)
    link = at.comment_url(site_of(access), walk.group, target.topic, target.comment)
    if not target.comment:
        link = at.topic_url(site_of(access), walk.group, target.topic)
    if not walk.group:
        raise NeedsPerson(
            _("Одноклассники не назвали группу, в которой стоит тема: ответьте вручную по ссылке %(link)s")
            % {"link": link}
        )
    if not walk.own and access.options.get("guest") is False:
        raise NeedsPerson(_("В чужой группе отвечаем только вручную: %(link)s") % {"link": link})
    if not is_open:
        raise Permanent(_("Комментарии к этой теме закрыты"), cause=Cause.CLOSED)
    asked: dict[str, Parameter] = {
        "entityId": target.topic,
        "entityType": at.GROUP_TOPIC,
        "comment": speech.text,
        "reply_to_comment_id": target.comment or None,
        "as_admin": True if walk.own else None,
    }
    try:
        answer = tell(access, METHOD, asked).value
    except Broken as refusal:
        if refusal.code != UNKNOWN_METHOD:
            raise
        words = _("Одноклассники больше не берут ответы от программ: ответьте вручную по ссылке %(link)s") % {
            "link": link
        }
        raise NeedsPerson(words, refusal.code) from None
    except NetworkError as refusal:
        raise (refusal if walk.own else as_guest(refusal)) from None
    comment = _number(answer)
    if not comment:
        raise OutcomeUnknown(_("Одноклассники не назвали номер опубликованного ответа"))
    url = at.comment_url(site_of(access), walk.group, target.topic, comment)
    return Published(at.comment_id(target.topic, comment), url)


def _number(answer: Json) -> str:
    """The new comment's id: bare, or in an object, or in the comment itself. Which of them it is, is not settled."""
    if isinstance(answer, str):
        return at.comment_of(answer)
    fields = mapping(answer)
    inner: Any = fields.get("comment")
    candidates = (fields.get("id"), fields.get("comment_id"), mapping(inner).get("id"), fields.get("commentId"))
    return next((each for value in candidates if (each := at.comment_of(value))), "")


def _message(access: Access, speech: Speech) -> Published:
    where = dialogue_of(speech)
    if where is None:
        raise Broken(_("Не разобрать адрес диалога Одноклассников"))
    body: Json = {"recipient": {"chat_id": f"chat:{where.chat}"}, "message": {"text": speech.text}}
    answer = mapping(bot_tell(access, f"messages/chat:{where.chat}", body).value)
    if answer.get("success") in (False, [False]):
        raise Permanent(_("Житель не разрешил группе писать ему личные сообщения"), cause=Cause.CLOSED)
    mid = at.message_of(answer.get("message_id")) or at.message_of(answer.get("mid"))
    if mid:
        return Published(at.direct_id(where.chat, mid), at.dialogue_url(site_of(access), where.chat))
    return _newest_of_ours(access, speech, where.chat)


def _newest_of_ours(access: Access, speech: Speech, chat: str) -> Published:
    """The network does not always name the message; then it is the newest of ours with these words."""
    try:
        there = own_messages(access, history(access, chat))
    except NetworkError:
        there = []  # it is said already: a failed look must not make it unsaid
    new = [each for each in there if each.external_id not in speech.seen and same_text(each.text, speech.text)]
    if not new:
        raise OutcomeUnknown(_("Одноклассники не назвали номер отправленного сообщения"))
    return Published(new[0].external_id, new[0].url)

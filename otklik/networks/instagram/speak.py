"""The only calls that the world can see: a reply under a comment or publication, a message into the author's dialogue.

Everything that can be refused is refused before the first byte leaves. The text goes out letter for letter: by custom
a reply to a reply begins with @name, and whoever writes the answer puts it there. The network has no key against
repeats.
"""

from datetime import timedelta

from otklik.networks.base import Access, Limits, Published, Speech
from otklik.networks.counting import Counting
from otklik.networks.errors import Broken, NetworkError, OutcomeUnknown
from otklik.networks.instagram import address as at
from otklik.networks.instagram.address import INSTAGRAM
from otklik.networks.meta import speech as common
from otklik.networks.meta.client import ask, need_token, tell
from otklik.networks.meta.reading import ident
from otklik.networks.values import mapping, text

# What a comment may hold the network told in 2014 and never since; the window is its stated policy.
LIMITS = Limits(
    text=300,
    direct_text=1000,
    photos=0,
    direct_photos=0,
    photo_bytes=0,
    direct_counting=Counting.BYTES,
    links=1,
    hashtags=4,
    shouting=False,
    direct_window=timedelta(hours=24),
)


def publish(access: Access, speech: Speech, key: str) -> Published:
    """Say it. Raises NeedsPerson and Permanent before anything is said, OutcomeUnknown when it may have been.

    `key` is not used: the network knows no such thing.
    """
    common.check(speech, LIMITS)
    need_token(access, INSTAGRAM)
    if speech.direct:
        return common.send(access, INSTAGRAM, speech, "me")
    target, media = where_to(speech)
    edge = "comments" if target == media else "replies"
    comment = ident(tell(access, INSTAGRAM, f"{target}/{edge}", {"message": speech.text}).body.get("id"))
    if not comment:
        raise OutcomeUnknown("Сеть не назвала номер опубликованного ответа")
    return Published(INSTAGRAM.address(comment), _link(access, comment))


def where_to(speech: Speech) -> tuple[str, str]:
    """The comment or publication that is answered, and the publication, "" where a link names the comment alone."""
    target, media = INSTAGRAM.thing(speech.reply_to), INSTAGRAM.thing(speech.thread)
    if not target:
        raise Broken("Не разобрать адрес сообщения Instagram, на которое отвечаем")
    return target, media


def _link(access: Access, comment: str) -> str:
    """The public link: only the network knows the publication's short name. A failed look changes nothing."""
    try:
        told = ask(access, INSTAGRAM, comment, {"fields": "parent_id,media{permalink}"}).body
    except NetworkError:
        return ""
    permalink = text(mapping(told.get("media")).get("permalink"), 500)
    return at.comment_url(permalink, comment, ident(told.get("parent_id")))

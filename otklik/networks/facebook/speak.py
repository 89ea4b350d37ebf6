"""The only calls that the world can see: a comment under a comment or post, a message into the author's dialogue.

Everything that can be refused is refused before the first byte leaves. The network has no key against repeats.
"""

from datetime import timedelta

from otklik.lib.http import Upload
from otklik.networks.base import Access, Limits, Published, Speech
from otklik.networks.errors import Broken, Cause, NetworkError, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.facebook import address as at
from otklik.networks.facebook.address import FACEBOOK
from otklik.networks.facebook.parse import AS_GUEST
from otklik.networks.meta import speech as common
from otklik.networks.meta.client import Parameter, arrange, ask, need_token, tell
from otklik.networks.meta.reading import ident
from otklik.networks.values import text

_SOON = timedelta(minutes=1)

# None of these is published; they are what developers know, the window is the network's stated policy.
LIMITS = Limits(
    text=8000,
    direct_text=2000,
    photos=1,
    direct_photos=0,
    photo_bytes=4 * 1024 * 1024,
    direct_window=timedelta(hours=24),
)


def publish(access: Access, speech: Speech, key: str) -> Published:
    """Say it. Raises NeedsPerson and Permanent before anything is said, OutcomeUnknown when it may have been.

    `key` is not used: the network knows no such thing.
    """
    common.check(speech, LIMITS)
    need_token(access, FACEBOOK)
    if speech.direct:
        return common.send(access, FACEBOOK, speech, access.external_id)
    target, post = where_to(access, speech)
    said: dict[str, Parameter] = {"message": speech.text or None}
    if speech.photos:
        said["attachment_id"] = _photo(access, speech)
    comment = ident(tell(access, FACEBOOK, f"{target}/comments", said).body.get("id"))
    if not comment:
        raise OutcomeUnknown("Сеть не назвала номер опубликованного ответа")
    return Published(FACEBOOK.address(comment), _link(access, post, comment, "" if target == post else target))


def where_to(access: Access, speech: Speech) -> tuple[str, str]:
    """The comment or post that is answered, and the post. Permanent on the page of somebody else."""
    target, post = FACEBOOK.thing(speech.reply_to), FACEBOOK.thing(speech.thread)
    if not target or not post:
        raise Broken("Не разобрать адрес сообщения Facebook, на которое отвечаем")
    if at.first_part(post) not in ("", access.external_id):
        raise Permanent(AS_GUEST, cause=Cause.BANNED)
    return target, post


def _photo(access: Access, speech: Speech) -> str:
    """The picture as an unpublished photo of the Page: nobody sees it until the comment carries it."""
    photo = speech.photos[0]
    file = Upload("source", photo.name, photo.content, photo.content_type)
    path = f"{access.external_id}/photos"
    answer = arrange(access, FACEBOOK, path, {"published": False, "temporary": True}, files=(file,))
    found = ident(answer.body.get("id"))
    if not found:
        raise RetryAt("Сеть не назвала номер загруженной фотографии", _SOON)
    return found


def _link(access: Access, post: str, comment: str, parent: str) -> str:
    """The public link. The network hangs a reply to a reply elsewhere, so it is asked; failing changes nothing."""
    try:
        told = ask(access, FACEBOOK, comment, {"fields": "permalink_url"}).body.get("permalink_url")
    except NetworkError:
        told = ""
    return text(told, 500) or at.comment_url(FACEBOOK.site_of(access), post, comment, parent)

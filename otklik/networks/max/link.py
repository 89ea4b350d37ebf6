"""One post, one message or one comment by its address. Raises Permanent when it is not there (any more)."""

from datetime import datetime, timedelta

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, Origin, Raw, ReadPlace
from otklik.networks.errors import Cause, NeedsPerson, Permanent
from otklik.networks.max import address as at
from otklik.networks.max import pasted
from otklik.networks.max.client import ask, path_of, site_of
from otklik.networks.max.pages import comments_path, context_of, fingerprint
from otklik.networks.values import digest, mapping

_ONCE = timedelta(days=1)


def read_link(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """The text alone. `external_id` is a text's own address or a link to its page."""
    typed = place.external_id.strip()
    link_address = pasted.address_of(typed, site_of(access))
    where = at.text_address(typed) or at.text_address(link_address.message if link_address else "")
    if where is None:
        raise NeedsPerson(_("Это не ссылка на запись MAX: нужна ссылка вида max.ru/c/-123/код"))
    if where.comment:
        answer = ask(access, comments_path(where.mid, where.comment))
    else:
        answer = ask(access, path_of("messages", where.mid))
    message = mapping(answer.json.get("message", answer.json))
    if at.mid_of(mapping(message.get("body")).get("mid")) != (where.comment or where.mid):
        raise Permanent(_("Записи, комментария или диалога больше нет"), cause=Cause.GONE)
    method = "comment" if where.comment else "message"
    beside = {"chat": str(where.chat), "post": where.mid if where.comment else ""}
    context = context_of(access, method, "link", **beside)
    key = digest(sorted(context.items()), fingerprint(message))
    return Fetched((Raw(Origin.LINK, answer.body, key, context),), {}, _ONCE)

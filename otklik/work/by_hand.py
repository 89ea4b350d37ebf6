"""A message that a person or a program enters by its link."""

from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from otklik.finding import links
from otklik.inbox.by_hand import ManualMessage, enter
from otklik.inbox.models import Message
from otklik.lib.address import safe_address
from otklik.lib.text import clean
from otklik.networks.registry import TITLES
from otklik.people.access import has
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.work.verb import Refused

OTHER = "other"


def safe_link(text: str) -> str:
    """The address that was meant, "" where it is none; people leave out how it begins."""
    link = clean(text).strip()
    safe = safe_address(link if "://" in link else f"https://{link}", 500)
    return safe if "." in (urlsplit(safe).hostname or "") else ""


def enter_message(manual_message: ManualMessage, by: User, at: datetime) -> tuple[Message, bool]:
    """The message, and whether it is new; its card is opened a moment later, and the same link is the same message.
    The network that the link names is believed before the one that was chosen ("" is by the link).

    Raises PermissionDenied, and Refused with the sentences of all that is wrong; `errors` say where.
    """
    if not has(by, Permission.BRING):
        raise PermissionDenied
    link, text = safe_link(manual_message.link), clean(manual_message.text).strip()
    wrong = {}
    if not link:
        wrong["link"] = _("Это не ссылка: нужен адрес вида https://…")
    if manual_message.network and manual_message.network not in TITLES:
        wrong["network"] = _("Такого в списке нет. Выберите ещё раз.")
    if not text:
        wrong["text"] = _("Вставьте текст сообщения.")
    if wrong:
        errors = [{"at": ["body", name], "code": "refused"} for name in wrong]
        raise Refused(422, " ".join(wrong.values()), errors=errors)
    known = links.read(link)
    network = known.network if known else manual_message.network or OTHER
    message = ManualMessage(network, link, text, clean(manual_message.author).strip(), manual_message.picture)
    return enter(message, known.address if known else None, by, at)

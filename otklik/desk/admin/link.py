"""The one-time link: shown once to the administrator, and sent by mail where there is an address and mail is set up."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.desk.admin.frame import framed
from otklik.lib import clock
from otklik.people.invitations import lasts
from otklik.people.models import User

log = logging.getLogger(__name__)
_NO_MAIL = ("console", "dummy")


class Link(NamedTuple):
    """`fresh`: the user was just invited, and this is no new link for somebody who had a password."""

    user: User
    token: str
    fresh: bool = False

    @property
    def address(self) -> str:
        return settings.ADDRESS + reverse("invitation", args=[self.user.pk, self.token])


def shown_link(request: HttpRequest, link: Link) -> HttpResponse:
    """The page with the link. It is kept nowhere: whoever closes the page makes a new one."""
    days = lasts().days
    mailed = _mail(link, days) if link.user.email and mail_is_set_up() else None
    context = {"person": link.user, "link": link, "days": days, "mailed": mailed}
    response = framed(request, "people", "desk/admin/link.html", context)
    response["Cache-Control"] = "no-store"
    return response


def hand_over(links: Sequence[Link], until: datetime | None = None) -> list[Link]:
    """Mail each link where there is an address; gives those that nobody got by mail. Outside of any transaction.

    No letter is begun after `until`: a page waits no longer for a slow mail server.
    """
    rest, goes = [], mail_is_set_up()
    for link in links:
        late = until is not None and clock.now() >= until
        if late or not goes or not link.user.email or not _mail(link, lasts().days):
            rest.append(link)
    return rest


def mail_is_set_up() -> bool:
    """The console of a server is nobody's mailbox."""
    return settings.EMAIL_BACKEND.rsplit(".", 2)[-2] not in _NO_MAIL


def _mail(link: Link, days: int) -> bool:
    """Whether the mail server took it. When it did not, the administrator has the link before him anyway."""
    params = {"address": link.address, "username": link.user.username, "days": days, "region": settings.REGION}
    words = _(
        "Здравствуйте!\n\nВас ждут в «Отклике» (%(region)s). Ваше имя для входа: %(username)s\n"
        "Придумайте пароль по этой ссылке, она сработает один раз и действует %(days)d дн.:\n%(address)s\n\n"
        "Если вы не понимаете, о чём это письмо, просто удалите его."
    )
    try:
        send_mail(_("Вход в «Отклик»"), words % params, None, [link.user.email])
    except OSError as error:
        log.warning("an invitation was not mailed: %s", type(error).__name__)
        return False
    return True

"""One letter to one address through the installation's mail server; what went wrong comes as a class, not a string.

Whatever else a server says may be anything and is not quoted: failures are named by their class.
"""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage

from otklik.lib.outbox import Closed, Failure, Later, Unclear
from otklik.lib.sentence import Sentence as _

NOBODY_LET_IN = frozenset({"SMTPAuthenticationError", "SMTPNotSupportedError"})
NOBODY_THERE = frozenset({"SMTPRecipientsRefused"})
NOT_BEGUN = frozenset({"ConnectionRefusedError", "gaierror", "SMTPConnectError", "SMTPHeloError"})

Enclosed = tuple[str, bytes, str]
"""A file that goes along: its name, its bytes, its media type."""


def mail(address: str, subject: str, body: str, enclosed: Sequence[Enclosed] = ()) -> None:
    """Raises one of the failures of outbox.py."""
    if not address or not settings.MAIL_GOES:
        raise Closed(_("Адреса почты нет"))
    letter = EmailMessage(subject, body, to=[address])
    for name, content, kind in enclosed:
        letter.attach(name, content, kind)
    try:
        letter.send()
    except OSError as error:
        raise _against(type(error).__name__) from None


def _against(name: str) -> Failure:
    if name in NOBODY_LET_IN:
        return Closed(_("Почтовый сервер не принял пароль (%(kind)s)") % {"kind": name}, everybody=True)
    if name in NOBODY_THERE:
        return Closed(_("Почтовый сервер не принял адрес"))
    if name in NOT_BEGUN:
        return Later(_("Почтовый сервер не отвечает (%(kind)s)") % {"kind": name})
    return Unclear(_("Почтовый сервер оборвал разговор (%(kind)s)") % {"kind": name})

"""One call of a network's API: the token's turn, the request itself, and what a missing answer means.

What an answer says is the connector's own business; that none came is the same everywhere. Pure but for the client.
"""

from collections.abc import Mapping
from datetime import timedelta

from otklik.lib.http import NoAnswer, NotSent, Refused, Reply, TooLarge, Upload
from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access
from otklik.networks.errors import Broken, Permanent, RetryAt, unsure

SHORT = timedelta(seconds=1)


def exchange(
    access: Access,
    title: str,
    method: str,
    url: str,
    *,
    write: bool,
    token: str = "",
    form: Mapping[str, str] | None = None,
    body: bytes | None = None,
    files: tuple[Upload, ...] = (),
    headers: Mapping[str, str] | None = None,
    read_timeout: float | None = None,
) -> Reply:
    """A call to the network's own base address, whatever its status. `body` is JSON; `token` the kind that is used up.

    `write` says that the world can see what it does: then an answer that did not come is OutcomeUnknown, otherwise
    RetryAt. Broken when the address is none of the installation's. While several answers are looked for together an
    equal read is made once.
    """
    heard = access.heard if access.heard is not None and not write else {}
    asked = (method, url, tuple((form or {}).items()), body, tuple((headers or {}).items()))
    if asked in heard:
        return heard[asked]
    if token:
        access.turn(token)
    try:
        reply = access.http.call(
            method, url, form=form, body=body, files=files, headers=headers, read_timeout=read_timeout
        )
    except NotSent:
        raise RetryAt(_("Нет связи с сетью «%(title)s»") % {"title": title}, SHORT) from None
    except NoAnswer:
        raise unsure(_("Сеть «%(title)s» не ответила") % {"title": title}, write=write) from None
    except TooLarge:
        raise unsure(_("Сеть «%(title)s» прислала слишком длинный ответ") % {"title": title}, write=write) from None
    except Refused:
        raise Broken(_("Адрес сети «%(title)s» не указан в настройках установки") % {"title": title}) from None
    if reply.status == 200:
        heard[asked] = reply
    return reply


def deliver(access: Access, title: str, url: str, files: tuple[Upload, ...]) -> Reply:
    """POST of a file to an address that the network named. Nobody sees the file yet: every failure may be tried again.

    Raises RetryAt, and Permanent for an address that we do not go to.
    """
    try:
        return access.http.upload(url, files)
    except (NotSent, NoAnswer, TooLarge):
        raise RetryAt(_("Сервер загрузки сети «%(title)s» не отвечает") % {"title": title}, SHORT) from None
    except Refused:
        raise Permanent(
            _("Сеть «%(title)s» назвала недопустимый адрес для загрузки файла") % {"title": title}
        ) from None

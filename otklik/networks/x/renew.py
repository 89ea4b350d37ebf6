"""A user's OAuth 2.0 key lives two hours and is renewed with a refresh token, which dies by it: each answer brings the
next one.

Source: the network's page on the authorization code flow and RFC 6749, section 6. A client with a secret proves itself
by Basic authentication, one without names itself in the form.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access
from otklik.networks.errors import AuthLost, NetworkError, OutcomeUnknown, RetryAt
from otklik.networks.optional import Renewed
from otklik.networks.values import mapping, number, read, text
from otklik.networks.wire import exchange
from otklik.networks.x.client import CLIENT, CLIENT_SECRET, REFRESH, TITLE, USER
from otklik.networks.x.failures import UNKNOWN_READ, WINDOW
from otklik.networks.x.signing import keys_in

_PATH = "/2/oauth2/token"
_KEY = re.compile(r"[\x21-\x7e]{1,1000}")
_STRANGE_APP = _("X не узнаёт приложение: сверьте Client ID и Client Secret")
_DEAD = _(
    "X больше не продлевает ключ пользователя: пусть владелец аккаунта снова разрешит доступ приложению, "
    "а вы запишите новый ключ пользователя и новый ключ продления"
)


def renewable(keys: Mapping[str, str]) -> str:
    """Only a plain token is renewed: the four old keys do not end."""
    whole = keys.get(CLIENT) and keys.get(REFRESH) and keys.get(USER)
    return USER if whole and keys_in(keys[USER]) is None else ""


def renew(access: Access) -> Renewed:
    client, secret = access.tokens.get(CLIENT, ""), access.tokens.get(CLIENT_SECRET, "")
    form = {"grant_type": "refresh_token", "refresh_token": access.tokens.get(REFRESH, "")}
    headers = {}
    if secret:
        headers["Authorization"] = f"Basic {b64encode(f'{client}:{secret}'.encode()).decode()}"
    else:
        form["client_id"] = client
    url = f"{access.base.rstrip('/')}{_PATH}"
    reply = exchange(access, TITLE, "POST", url, write=True, token=REFRESH, form=form, headers=headers)
    body = mapping(read(reply.body))
    if reply.status != 200:
        raise _refusal(reply.status, body)
    key, further = text(body.get("access_token"), 2000), text(body.get("refresh_token"), 2000)
    if not _KEY.fullmatch(key) or not (not further or _KEY.fullmatch(further)):
        raise OutcomeUnknown(_("X ответила непонятно"), f"HTTP {reply.status}")
    seconds = number(body.get("expires_in")) or 0
    lives = timedelta(seconds=min(seconds, 10**9)) if seconds > 0 else None
    return Renewed({USER: key, **({REFRESH: further} if further else {})}, lives)


def _refusal(status: int, body: Mapping[str, Any]) -> NetworkError:
    code = text(body.get("error"), 60) or str(status)
    if status == 429:
        return RetryAt(_("X просит не обращаться так часто"), WINDOW, code)
    if status >= 500:
        return OutcomeUnknown(_("Внутренняя ошибка X"), code)
    if code in ("invalid_client", "unauthorized_client"):
        return AuthLost(_STRANGE_APP, code)
    if status in (400, 401):
        return AuthLost(_DEAD, code)
    if 400 <= status < 500:
        return RetryAt(_("X не продлила ключ пользователя (код %(status)s)") % {"status": status}, UNKNOWN_READ, code)
    return OutcomeUnknown(_("X ответила непонятно"), code)

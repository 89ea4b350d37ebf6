"""Webhooks: the only pages without CSRF protection. A payload is on disk before the network hears "ok".

Requests that come at the same moment are answered together: one look at their accounts, which is as fresh as they are,
and one commit of what they bring, so that an event costs neither questions nor a turn of the disk of its own.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from otklik.lib import clock
from otklik.lib.batching import Batcher
from otklik.lib.often import Often
from otklik.networks.access import plain_access
from otklik.networks.base import Incoming
from otklik.networks.homes import Home, homes
from otklik.networks.raw import Pushed, keep_pushed
from otklik.networks.registry import NETWORKS

log = logging.getLogger(__name__)
TRY_LATER = 503
RETRY_AFTER_SECONDS = "30"
MOST_TOGETHER = 64
A_MINUTE = 20
_often = Often()


@dataclass(frozen=True, slots=True)
class Knock:
    """A request to a webhook. `incoming` is None where its body is too large."""

    network: str
    key: str
    incoming: Incoming | None


@csrf_exempt
def hook(request: HttpRequest, network: str, key: str) -> HttpResponse:
    """404 for an unknown address, 403 for a wrong secret, 413 for too much, 503 when it cannot be stored now."""
    knock = Knock(network, key, _incoming(request))
    try:
        return _together.do(knock)
    except (DatabaseError, OSError) as error:
        # A full disk, a locked database: the network keeps the event and brings it again.
        log.error("an event of %s could not be stored: %s", network, error)
        return _later()


def _incoming(request: HttpRequest) -> Incoming | None:
    body = _read(request)
    if body is None:
        return None
    return Incoming(
        method=request.method or "",
        query={name: str(value) for name, value in request.GET.items()},
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        sender=_sender(request),
    )


def _answer_all(knocks: Sequence[Knock]) -> list[HttpResponse]:
    """What is answered to each, once all that they bring is stored. Raises, and then nothing is."""
    at_home = homes({knock.key for knock in knocks})
    answered = [_answer(knock, at_home.get(knock.key)) for knock in knocks]
    if pushed := [push for _, push in answered if push]:
        keep_pushed(pushed, clock.now())
    return [answer for answer, _ in answered]


_together = Batcher(_answer_all, MOST_TOGETHER, (OperationalError, InterfaceError, OSError))


def _answer(knock: Knock, home: Home | None) -> tuple[HttpResponse, Pushed | None]:
    """What is answered, and what is to be stored before."""
    if home is None or home.account.network != knock.network or knock.network not in NETWORKS:
        return _refusal("unknown address", 404), None
    if not home.read:
        return _later(), None  # the network keeps the event and brings it again, as long as it keeps any
    incoming = knock.incoming
    if incoming is None:
        return _refusal("too large", 413), None
    connector, access = NETWORKS[knock.network], plain_access(home.account)
    if not connector.authentic(incoming, access):
        return _refusal("wrong secret", 403), None
    answer = connector.answer_to(incoming, access)
    if not answer.store and too_many(home.account.hook_key, clock.now().timestamp()):
        return _refusal("too often", 429, {"Retry-After": "60"}), None
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
    if not answer.store:
        return response, None
    raw, site = connector.raw(incoming), str(access.options.get("site", ""))
    if site:
        raw = replace(raw, context={**raw.context, "site": site})
    return response, Pushed(home.account, home.source, raw)


def _refusal(words: str, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain", headers=headers)


def _later() -> HttpResponse:
    headers = {"Retry-After": RETRY_AFTER_SECONDS}
    return HttpResponse("not accepted, try later", status=TRY_LATER, content_type="text/plain", headers=headers)


def _sender(request: HttpRequest) -> str:
    """Who called: the connection's other end, or, behind our own proxy, whom that proxy named last."""
    if settings.BEHIND_PROXY:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _read(request: HttpRequest) -> bytes | None:
    try:
        if int(request.headers.get("Content-Length") or 0) > settings.WEBHOOK_MAX_BYTES:
            return None
    except ValueError:
        return None
    body = request.read(settings.WEBHOOK_MAX_BYTES + 1)
    return body if len(body) <= settings.WEBHOOK_MAX_BYTES else None


# How often a hook proves itself. Whoever asks for proofs by the thousand is not the network.
#
# X signs its challenge with the key that signs its events, so nobody may have as many signatures as he likes.
def too_many(key: str, now: float) -> bool:
    """Count one more for this address; whether it is over the limit. `now` is in seconds. In this process alone."""
    return _often.wait(key, A_MINUTE, now) > 0

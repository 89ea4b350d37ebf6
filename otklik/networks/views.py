"""Webhooks: the only pages without CSRF protection. A payload is on disk before the network hears "ok"."""

import logging
from dataclasses import replace

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from otklik.lib import clock
from otklik.networks.access import access_to
from otklik.networks.base import Incoming, Raw
from otklik.networks.handshakes import too_many
from otklik.networks.legal import allowed
from otklik.networks.models import Account, Source
from otklik.networks.raw import keep
from otklik.networks.registry import NETWORKS

log = logging.getLogger(__name__)
TRY_LATER = 503
RETRY_AFTER_SECONDS = "30"


@csrf_exempt
def hook(request: HttpRequest, network: str, key: str) -> HttpResponse:
    """404 for an unknown address, 403 for a wrong secret, 413 for too much, 503 when it cannot be stored now."""
    account = Account.objects.filter(network=network, hook_key=key, active=True).prefetch_related("tokens").first()
    if account is None or network not in NETWORKS:
        return HttpResponse("unknown address", status=404, content_type="text/plain")
    if not allowed(network).read:
        return _later()  # the network keeps the event and brings it again, as long as it keeps any
    body = _read(request)
    if body is None:
        return HttpResponse("too large", status=413, content_type="text/plain")
    incoming = Incoming(
        method=request.method or "",
        query={name: str(value) for name, value in request.GET.items()},
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        sender=_sender(request),
    )
    connector, access = NETWORKS[network], access_to(account)
    if not connector.authentic(incoming, access):
        return HttpResponse("wrong secret", status=403, content_type="text/plain")
    answer = connector.answer_to(incoming, access)
    if not answer.store and too_many(account.hook_key, clock.now().timestamp()):
        return HttpResponse("too often", status=429, content_type="text/plain", headers={"Retry-After": "60"})
    if answer.store and not _store(account, connector.raw(incoming), str(access.options.get("site", ""))):
        return _later()
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)


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


def _store(account: Account, raw: Raw, site: str) -> bool:
    if site:
        raw = replace(raw, context={**raw.context, "site": site})
    source = Source.objects.filter(
        network=account.network, kind=Source.Kind.OWN, external_id=account.external_id
    ).first()
    try:
        keep([raw], account, source, clock.now())
    except (DatabaseError, OSError) as error:
        # A full disk, a locked database: the network keeps the event and brings it again.
        log.error("an event of account %s could not be stored: %s", account.pk, error)
        return False
    return True

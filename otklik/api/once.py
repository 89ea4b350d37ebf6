"""A change that is asked for twice is made once.

What it came to is kept in the transaction of the change itself: after a crash there are either both or neither. The
same question under the same key hears the same answer for a day. A refusal has changed nothing and is not kept.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from ninja import Header

from otklik.api.asked import Asked
from otklik.api.bearer import token_of
from otklik.api.problem import Problem
from otklik.api.schemas import Done
from otklik.incidents.workflow import hold
from otklik.journal import book
from otklik.lib import clock
from otklik.people.models import ProgramRequest, ProgramToken
from otklik.people.programs import KEPT

HEADER = "Idempotency-Key"
Key = Annotated[
    str,
    Header(
        alias=HEADER,
        min_length=1,
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
        description=noop("Ключ повтора: новый для каждого нового действия, тот же, когда повторяете."),
    ),
]
REPLAYED = "Idempotency-Replayed"
PATIENCE = 60
"""Seconds after which nobody believes any more that a change is still being made."""


def once(
    request: HttpRequest,
    body: Asked,
    act: Callable[[datetime], Done],
    card: int | None,
    *,
    status: int = 200,
    file: bytes = b"",
) -> HttpResponse:
    """The answer of `act`, which is run while nobody else changes this card, or what it came to the first time. `file`
    is what came with the body. Raises Problem: 409 while the same is being done, 422 when the key was given for
    something else; and what `act` raises."""
    token, key, asked = token_of(request), request.headers[HEADER], _digest(request, body, file)
    if kept := _kept(token, key):
        return _again(kept, asked)
    running = f"api {token.pk} {key}"
    if not cache.add(running, 1, PATIENCE):
        words = _("Такой же запрос ещё выполняется: повторите через секунду.")
        raise Problem(409, words, {"Retry-After": "1"})
    try:
        with book.by_program(token.pk), hold(*([card] if card is not None else [])):
            # It may have been done between the two looks.
            kept = _kept(token, key)
            if kept is None:
                now = clock.now()
                kept = _keep(token, key, asked, status, act(now), now)
                return _kept_response(kept)
    finally:
        cache.delete(running)
    return _again(kept, asked)


def _kept(token: ProgramToken, key: str) -> ProgramRequest | None:
    return ProgramRequest.objects.filter(token=token, key=key, at__gt=clock.now() - KEPT).first()


def _keep(token: ProgramToken, key: str, asked: str, status: int, done: Done, now: datetime) -> ProgramRequest:
    ProgramRequest.objects.filter(token=token, key=key).delete()  # one of before yesterday that nobody swept yet
    body = done.model_dump(mode="json", exclude_none=True)
    return ProgramRequest.objects.create(token=token, key=key, digest=asked, status=status, answer=body, at=now)


def _again(kept: ProgramRequest, asked: str) -> HttpResponse:
    if kept.digest != asked:
        raise Problem(422, _("С этим ключом повтора уже просили другое: для нового запроса нужен новый ключ."))
    response = _kept_response(kept)
    response.headers[REPLAYED] = "true"
    return response


def _kept_response(kept: ProgramRequest) -> HttpResponse:
    return JsonResponse(kept.answer, status=kept.status)


def _digest(request: HttpRequest, body: Asked, file: bytes) -> str:
    request_text = f"{request.method} {request.path}\n{body.model_dump_json()}"
    return hashlib.sha256(request_text.encode() + file).hexdigest()

"""How long somebody has to wait who has tried too often. The counting itself is allauth's."""

import math
import time
from collections.abc import Iterable

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

APP = "allauth.account"


def left(request: HttpRequest, action: str, keys: Iterable[str]) -> int:
    """Seconds until every limit of `action` that is full has room again; 0 when none is."""
    waits, now, keys = [0.0], time.time(), list(keys)
    for rate in ratelimit.get_rates(app=APP, action=action):
        for key in keys if rate.per == "key" else [None]:
            name = ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key)
            tried = sorted(at for at in cache.get(name, []) if at > now - rate.duration)
            if len(tried) >= rate.amount:
                waits.append(tried[-rate.amount] + rate.duration - now)
    return math.ceil(max(waits))


def may_try(request: HttpRequest, action: str) -> bool:
    """Count one more try of this address, a look by GET too; False when it has had too many."""
    return ratelimit.consume(request, app=APP, action=action, limit_get=True) is not None


def wait_words(seconds: int) -> str:
    """Whole minutes, never less than one: nobody counts seconds."""
    minutes = max(1, math.ceil(seconds / 60))
    return _("Слишком много неудачных попыток подряд. Попробуйте снова через %d мин.") % minutes

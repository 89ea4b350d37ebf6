"""«Мои оповещения»: everybody's own page, and nobody else's."""

import secrets
from dataclasses import dataclass
from datetime import time

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.gate import permitted, user_of
from otklik.lib import clock
from otklik.networks.registry import title_of
from otklik.notify.alerts import kinds
from otklik.notify.alerts.link import new_code, part
from otklik.notify.alerts.models import Channel, Kind, Talk, Wishes
from otklik.people.models import User


@dataclass(frozen=True, slots=True)
class Cell:
    """One tick: the name of its field, and whether it is set, and cannot be changed."""

    name: str
    title: str
    on: bool
    fixed: bool


@require_http_methods(["GET", "HEAD", "POST"])
@permitted()
def page(request: HttpRequest) -> HttpResponse:
    """The form of what is wanted by which way. A time that is none leaves the page as it was typed."""
    user = user_of(request)
    if request.method != "POST":
        return _shown(request, user)
    hours = [_time(request.POST.get(name)) for name in ("quiet_from", "quiet_until")]
    if hours[0] is None or hours[1] is None:
        return _shown(request, user, _("Тихие часы не записаны: нужно время вида 21:00."), 409)
    chosen = {kind: [one for one in kinds.CHANNELS if f"{kind}-{one}" in request.POST] for kind in _free()}
    defaults = {"chosen": chosen, "quiet_from": hours[0], "quiet_until": hours[1]}
    Wishes.objects.update_or_create(user=user, defaults=defaults)
    messages.success(request, _("Записано."))
    return redirect("my-alerts")


@require_POST
@permitted()
def chat(request: HttpRequest) -> HttpResponse:
    """A new code for the bot. It is shown once, on the answer to this very request."""
    user = user_of(request)
    if settings.ALERTS_BOT == "off":
        return redirect("my-alerts")
    return _shown(request, user, code=new_code(user, clock.now(), secrets.choice))


@require_POST
@permitted()
def removal(request: HttpRequest) -> HttpResponse:
    if part(user_of(request), clock.now()):
        messages.success(request, _("Чат отвязан: бот больше не пишет."))
    return redirect("my-alerts")


def _shown(request: HttpRequest, user: User, problem: str = "", status: int = 200, code: str = "") -> HttpResponse:
    wishes = Wishes.objects.filter(user=user).first() or Wishes(user=user)
    talk = Talk.objects.filter(user=user).first()
    facts = {
        "rows": [(Kind(kind).label, _cells(kind, wishes)) for kind in Kind.values],
        "channels": [one.label for one in Channel],
        "wishes": wishes,
        "talk": talk if talk and talk.chat else None,
        "code": code,
        "bot": title_of(settings.ALERTS_BOT) if settings.ALERTS_BOT != "off" else "",
        "bot_name": settings.ALERTS_BOT_NAME,
        "mail": user.email if settings.MAIL_GOES else "",
        "mail_goes": settings.MAIL_GOES,
        "gather": settings.ALERTS_GATHER,
        "problem": problem,
    }
    return render(request, "desk/alerting/wishes.html", facts, status=status)


def _cells(kind: str, wishes: Wishes) -> list[Cell]:
    mine = kinds.channels(kind, wishes.chosen)
    return [Cell(f"{kind}-{one}", str(one.label), one.value in mine, kind in kinds.ALWAYS) for one in Channel]


def _free() -> list[str]:
    return [kind for kind in Kind.values if kind not in kinds.ALWAYS]


def _time(typed: str | None) -> time | None:
    try:
        return time.fromisoformat((typed or "").strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None

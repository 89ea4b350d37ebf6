"""«Уведомления»: the bell and what is behind it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from otklik.desk.card.reply import is_fragment
from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.operator.shift.notices import latest, mark_seen, newest
from otklik.lib import clock


@require_safe
@permitted()
def notices(request: HttpRequest) -> HttpResponse:
    """The last fifty. Looking changes nothing: the page's script, or a button, says that they were seen."""
    rows = latest(user_of(request))
    fresh = any(row.notice.seen_at is None for row in rows)
    notice, alert = newest(rows)
    facts = {"rows": rows, "fresh": fresh, "newest": notice, "newest_alert": alert}
    return render(request, "desk/colleagues/notices.html", facts)


@require_POST
@permitted()
def seen(request: HttpRequest) -> HttpResponse:
    """Everything up to the notice `up_to` and the alert `alerts` was shown."""
    up_to, alerts = integer(request.POST.get("up_to")), integer(request.POST.get("alerts"))
    mark_seen(user_of(request), up_to, clock.now(), alerts)
    return HttpResponse(status=204) if is_fragment(request) else redirect("notices")


@require_safe
@permitted()
def bell(request: HttpRequest) -> HttpResponse:
    """How many are new, for pages that stay open: the frame's own count."""
    return render(request, "desk/colleagues/_bell.html")

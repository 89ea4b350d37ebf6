"""«Где открыт вход»: the reader's own open sessions, and the ends of them."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from otklik.desk.gate import permitted, user_of
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.people import sessions

# In this order: most browsers call themselves by the names of those before them too.
BROWSERS = (
    ("YaBrowser/", "Яндекс Браузер"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@never_cache
@require_safe
@permitted()
def mine(request: HttpRequest) -> HttpResponse:
    """This one first. A session that was opened before they were listed is listed now."""
    user, key = user_of(request), request.session.session_key
    open_sessions = sessions.open_ones(user, clock.now())
    if all(row.session_key != key for row in open_sessions):
        UserSession.objects.create_from_request(request)
        open_sessions = sessions.open_ones(user, clock.now())
    open_sessions.sort(key=lambda row: row.session_key != key)
    shown = [(row, device(row.user_agent), row.session_key == key) for row in open_sessions]
    return render(request, "account/sessions.html", {"sessions": shown, "others": len(shown) > 1})


@require_POST
@permitted()
def ending(request: HttpRequest, pk: int) -> HttpResponse:
    """One of one's own."""
    if not UserSession.objects.filter(pk=pk, user=user_of(request)).exists():
        raise Http404
    try:
        sessions.end_one(user_of(request), pk, clock.now())
    except Refused:
        messages.info(request, _("Этот вход уже закончен."))
    else:
        messages.success(request, _("Вход закончен."))
    return HttpResponseRedirect(reverse("usersessions_list"))


@require_POST
@permitted()
def others_ending(request: HttpRequest) -> HttpResponse:
    """All but this one."""
    try:
        sessions.end_others(user_of(request), request.session.session_key or "", clock.now())
    except Refused:
        messages.info(request, _("Других открытых входов нет."))
    else:
        messages.success(request, _("Остальные входы закончены."))
    return HttpResponseRedirect(reverse("usersessions_list"))


# Which device somebody uses, in two words, by what his browser says of itself. Anybody can say anything: only words
# of this list are ever shown.
def device(user_agent: str) -> str:
    """«Chrome, Windows»; "" when nothing is known of it."""
    agent_text = user_agent[:1000]
    names = (next((name for sign, name in signs if sign in agent_text), "") for signs in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in names if name)

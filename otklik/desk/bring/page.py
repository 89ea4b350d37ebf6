"""«Новая карточка»: bring what stands on any page of any network, then wait the moment until its card is there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.bring.form import BringForm
from otklik.desk.gate import permitted, user_of
from otklik.incidents.cards import visible_to
from otklik.lib import clock
from otklik.lib.text import clean
from otklik.people.permissions import Permission
from otklik.work.bringing import bring_message

BRINGERS = (Permission.BRING,)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(*BRINGERS)
def addition(request: HttpRequest) -> HttpResponse:
    """What is typed stays on the page until it is understood; a message that is here already shows its card."""
    link = clean(request.GET.get("link", "")[:600]).strip()
    posted = request.method == "POST"
    form = BringForm(request.POST if posted else None, request.FILES if posted else None, link)
    if not form.is_valid():
        return render(request, "desk/bring/addition.html", {"form": form}, status=422 if form.errors else 200)
    message, fresh = bring_message(form.message(), user_of(request), clock.now())
    if not fresh:
        messages.info(request, _("Это сообщение уже есть в системе."))
    return HttpResponseRedirect(reverse("incident-underway", args=[message.pk]))


@require_safe
@permitted(*BRINGERS)
def underway(request: HttpRequest, pk: int) -> HttpResponse:
    """To the card as soon as it is there. The page says nothing of a message whose card the reader may not see."""
    card = visible_to(user_of(request)).filter(links__message=pk).order_by("-pk").first()
    if card is not None:
        return HttpResponseRedirect(reverse("incident", args=[card.pk]))
    return render(request, "desk/bring/underway.html")

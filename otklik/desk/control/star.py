"""The star on a card: a head puts it on with an instruction, a day and one who answers for it, and takes it off."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.card.reply import card_again, is_fragment, refusal, telling_conflicts, typed
from otklik.desk.control.stars import WHO, controls, running
from otklik.desk.gate import card_for, day_in, integer, permitted, user_of
from otklik.incidents.models import Incident
from otklik.incidents.watching import ENDED, FURTHEST, MOST_WORDS, Instruction, Over
from otklik.incidents.watching import release as take_off
from otklik.incidents.watching import watch as put_on
from otklik.lib import clock
from otklik.work.colleagues import seers
from otklik.work.undo import undoable

MOST_PEOPLE = 300


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(*WHO)
@telling_conflicts
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; POST puts the star on, or changes what is wanted."""
    incident = _card(request, pk)
    if request.method == "POST":
        return _put_on(request, incident)
    page = "desk/control/_form.html" if is_fragment(request) else "desk/control/form.html"
    return render(request, page, _facts(incident))


@require_POST
@permitted(*WHO)
@telling_conflicts
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the star off. Where there is none any more, nothing is wrong with that."""
    incident, user = _card(request, pk), user_of(request)
    with undoable([incident], "unwatch", user) as batch:
        take_off(incident, typed(request, "words", MOST_WORDS), user, clock.now())
    return card_again(request, pk, batch.key)


def _card(request: HttpRequest, pk: int) -> Incident:
    incident = card_for(request, pk)
    if not controls(user_of(request), incident):
        raise PermissionDenied
    return incident


def _facts(incident: Incident) -> dict[str, object]:
    today = timezone.localdate(clock.now())
    return {
        "incident": incident,
        "star": running(incident),
        "people": seers(incident)[:MOST_PEOPLE] if incident.state not in ENDED else [],
        "today": today,
        "furthest": today + FURTHEST,
        "most": MOST_WORDS,
    }


def _put_on(request: HttpRequest, incident: Incident) -> HttpResponse:
    words, day = typed(request, "words", MOST_WORDS), day_in(request.POST.get("until", ""))
    today = timezone.localdate(clock.now())
    responsible = seers(incident).filter(pk=integer(request.POST.get("responsible"))).first()
    if not words:
        return refusal(request, incident.pk, 422, _("Напишите, что нужно сделать."))
    if day is None or not today <= day <= today + FURTHEST:
        return refusal(request, incident.pk, 422, _("Укажите день: сегодня или позже, не дальше чем через год."))
    if responsible is None:
        return refusal(request, incident.pk, 422, _("Выберите, кто отвечает: из тех, кому видна карточка."))
    user = user_of(request)
    try:
        with undoable([incident], "watch", user) as batch:
            put_on(incident, Instruction(words, day, responsible), user, clock.now())
    except Over:
        return refusal(request, incident.pk, 409, _("Карточка уже закончена: контролировать нечего."))
    return card_again(request, incident.pk, batch.key)

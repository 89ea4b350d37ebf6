"""Moves made from the queue: accept the suggestion, another theme, not an incident, back into the queue."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.card.facts import mute
from otklik.desk.card.onward import onward, place_in_queue
from otklik.desk.card.reply import is_fragment, refusal
from otklik.desk.card.thread import own_messages
from otklik.desk.gate import card_for, integer, must_be_allowed, permitted, user_of
from otklik.desk.queue.decide import Changed, Missing, accept, give, themes_in_force
from otklik.desk.queue.reply import plain_answer, wants_json
from otklik.desk.queue.words import taken_words
from otklik.incidents.models import Incident, NoiseReason, State
from otklik.incidents.taking import NotFree, must_not_be_anothers
from otklik.incidents.workflow import NotAllowed
from otklik.lib import clock
from otklik.people.models import Agency
from otklik.people.permissions import Permission
from otklik.routing.noise import dismiss
from otklik.routing.noise import restore as bring_back
from otklik.themes.models import Theme
from otklik.work.undo import undoable

DESK = (Permission.JUDGE,)


@require_POST
@permitted(*DESK)
def acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    """Assign as the machine suggests. `seen` names the verdict and the suggestion that the person looked at."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "assign")
    try:
        with undoable([incident], "assign", user_of(request)) as batch:
            assigned = accept(incident, request.POST.get("seen", ""), user_of(request))
    except Missing as missing:
        card = f"{reverse('incident', args=[incident.pk])}?focus={missing.field}"
        return _answer(request, 422, str(missing), incident, open_at=card)
    except Changed:
        return _answer(request, 409, _changed(incident), incident)
    except NotFree as held:
        return _answer(request, 409, taken_words(incident.number, held.holder), incident, held=held)
    except NotAllowed as late:
        return _answer(request, 409, _faster(incident, late), incident)
    return _answer(request, 200, assigned_words(assigned), incident, undo=batch.key)


@require_POST
@permitted(*DESK)
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """Assign with another theme than the machine's first, to the agency that the rules name for it or to `agency`.

    Where no rule names one, 422 asks for the agency.
    """
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "assign")
    chosen, _dot, shown = request.POST.get("choice", "").partition(".")
    theme = themes_in_force(clock.now()).filter(pk=integer(chosen)).first()
    agency = Agency.objects.filter(pk=integer(request.POST.get("agency")), active=True).first()
    if theme is None:
        return _answer(request, 422, _("Этой темы нет в классификаторе: выберите другую."), incident)
    if agency is None and request.POST.get("agency"):
        return _answer(request, 422, _("Этого ведомства больше нет: выберите другое."), incident, ask="agency")
    try:
        with undoable([incident], "assign", user_of(request)) as batch:
            seen = request.POST.get("seen", "")
            assigned = give(incident, seen, theme, agency, integer(shown), user_of(request))
    except Missing as missing:
        return _answer(request, 422, str(missing), incident, ask=missing.field, theme=theme)
    except Changed:
        return _answer(request, 409, _changed(incident), incident)
    except NotFree as held:
        return _answer(request, 409, taken_words(incident.number, held.holder), incident, held=held)
    except NotAllowed as late:
        return _answer(request, 409, _faster(incident, late), incident)
    return _answer(request, 200, assigned_words(assigned), incident, undo=batch.key)


@require_POST
@permitted(*DESK)
def noise(request: HttpRequest, pk: int) -> HttpResponse:
    """Not an incident, for one of six reasons. The clocks stop, and go on where they were if the card comes back."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "dismiss")
    reason, place = request.POST.get("reason", ""), place_in_queue(request, incident)
    if reason not in NoiseReason.values:
        return _answer(request, 422, _("Укажите, почему это не инцидент."), incident)
    now, actor = clock.now(), f"user:{user_of(request).pk}"
    try:
        with undoable([incident], "dismiss", user_of(request)) as batch:
            must_not_be_anothers(incident, user_of(request), now)
            dismiss(incident, actor, now, reason)
    except NotFree as held:
        return _answer(request, 409, taken_words(incident.number, held.holder), incident, held=held)
    except NotAllowed as late:
        return _answer(request, 409, _faster(incident, late), incident)
    words = _("№ %(number)d: не инцидент (%(reason)s)") % {
        "number": incident.number,
        "reason": str(NoiseReason(reason).label).lower(),
    }
    if _from_card(request):
        return onward(request, place, incident, words, batch.key, reverse("queue"))
    return _answer(request, 200, words, incident, undo=batch.key)


@require_POST
@permitted(*DESK)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Back into the queue with the clocks it always had; the machine looks at it again."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "restore")
    now, actor = clock.now(), f"user:{user_of(request).pk}"
    try:
        with undoable([incident], "restore", user_of(request)) as batch:
            bring_back(incident, actor, now)
    except NotAllowed as late:
        return _answer(request, 409, _faster(incident, late), incident)
    return _answer(request, 200, _("№ %d снова в очереди") % incident.number, incident, undo=batch.key)


def _from_card(request: HttpRequest) -> bool:
    """Whether the card's own page asks, by its script."""
    return is_fragment(request) and not wants_json(request)


def _faster(incident: Incident, late: NotAllowed) -> str:
    return _("Кто-то успел раньше: № %(number)d уже в состоянии «%(state)s».") % {
        "number": incident.number,
        "state": State(late.state).label,
    }


def _changed(incident: Incident) -> str:
    return _("Подсказка для № %d только что изменилась. Взгляните ещё раз.") % incident.number


def assigned_words(incident: Incident) -> str:
    """That it was assigned, with what stands in the way of an answer: nobody is to learn it only when it is written.
    One query."""
    done = _("№ %(number)d: назначено, %(agency)s") % {"number": incident.number, "agency": incident.agency}
    obstacle = mute(incident, None, own_messages(incident))
    return f"{done}. {obstacle}" if obstacle else done


def _answer(
    request: HttpRequest,
    status: int,
    words: str,
    incident: Incident,
    *,
    undo: str = "",
    open_at: str = "",
    ask: str = "",
    theme: Theme | None = None,
    held: NotFree | None = None,
) -> HttpResponse:
    """`ask` names what is to be chosen in the row, for `theme`; `held` is said of a card in a colleague's hands."""
    if _from_card(request):
        return refusal(request, incident.pk, status, words)
    if wants_json(request):
        told = {"id": incident.pk, "words": words, "undo": undo, "open": open_at, "ask": ask}
        told |= {"theme": theme.pk if theme else 0, "held": bool(held and held.holder)}
        return JsonResponse({name: value for name, value in told.items() if value}, status=status)
    card = f"{reverse('incident', args=[incident.pk])}?focus={ask}" if ask else ""
    return plain_answer(request, status, words, open_at or card)

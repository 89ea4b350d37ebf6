"""Moves made from the queue: accept the suggestion, not an incident, back into the queue.

Each is a POST that answers a page's script with JSON, htmx with a refresh, and a plain form with a redirect.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.gate import card_for, must_be_allowed, roles, user_of
from otklik.desk.undo.keep import undoable
from otklik.incidents.models import Incident, NoiseReason, State
from otklik.incidents.workflow import NotAllowed
from otklik.journal import book
from otklik.lib import clock
from otklik.people.models import Role, User
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Suggestion
from otklik.routing.noise import dismiss
from otklik.routing.noise import restore as bring_back
from otklik.routing.suggest import verdict_of

DESK = (Role.OPERATOR, Role.CURATOR, Role.ADMINISTRATOR)


class Missing(Exception):
    """The suggestion lacks what an acceptance needs; `field` is to be filled in on the card."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


class Changed(Exception):
    """The suggestion is another one than the page showed."""


@require_POST
@roles(*DESK)
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
        words = _("Подсказка для № %d только что изменилась. Взгляните ещё раз.") % incident.number
        return _answer(request, 409, words, incident)
    except NotAllowed as late:
        return _answer(request, 409, _faster(incident, late), incident)
    words = _("№ %(number)d: назначено, %(agency)s") % {"number": incident.number, "agency": assigned.agency}
    return _answer(request, 200, words, incident, undo=batch.key)


def accept(incident: Incident, seen: str, by: User) -> Incident:
    """One move from «new» and nowhere else, though `assign` may start elsewhere. Raises as its view catches."""
    with book.turn():
        state = Incident.objects.values_list("state", flat=True).get(pk=incident.pk)
        if state != State.NEW:
            raise NotAllowed("assign", state)
        verdict = verdict_of(incident)
        suggestion = Suggestion.objects.filter(incident=incident).select_related("agency").order_by("-pk").first()
        now_seen = f"{verdict.pk if verdict else 0}.{suggestion.pk if suggestion else 0}"
        if verdict is not None and verdict.kind == "noise":
            raise Missing("theme", _("Похоже, это не инцидент. Если всё же инцидент, выберите тему сами."))
        if verdict is None or verdict.theme is None:
            raise Missing("theme", _("Тема не подсказана: выберите её сами."))
        if suggestion is None or suggestion.agency is None or not suggestion.agency.active:
            raise Missing("agency", _("Ведомство не подсказано: выберите его сами."))
        if seen != now_seen:
            raise Changed
        decision = Decision(
            agency=suggestion.agency,
            theme=verdict.theme,
            place=verdict.place,
            kind=verdict.theme.kind,
            street=verdict.street,
            house=verdict.house,
            suggested=True,
        )
        return assign(incident, decision, by, clock.now())


@require_POST
@roles(*DESK)
def noise(request: HttpRequest, pk: int) -> HttpResponse:
    """Not an incident, for one of six reasons. The clocks stop, and go on where they were if the card comes back."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "dismiss")
    reason = request.POST.get("reason", "")
    if reason not in NoiseReason.values:
        return _answer(request, 422, _("Укажите, почему это не инцидент."), incident)
    now, actor = clock.now(), f"user:{user_of(request).pk}"
    try:
        with undoable([incident], "dismiss", user_of(request)) as batch:
            dismiss(incident, actor, now, reason)
    except NotAllowed as late:
        return _answer(request, 409, _faster(incident, late), incident)
    words = _("№ %(number)d: не инцидент (%(reason)s)") % {
        "number": incident.number,
        "reason": str(NoiseReason(reason).label).lower(),
    }
    return _answer(request, 200, words, incident, undo=batch.key)


@require_POST
@roles(*DESK)
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


def _faster(incident: Incident, late: NotAllowed) -> str:
    return _("Кто-то успел раньше: № %(number)d уже в состоянии «%(state)s».") % {
        "number": incident.number,
        "state": State(late.state).label,
    }


def _answer(
    request: HttpRequest, status: int, words: str, incident: Incident, undo: str = "", open_at: str = ""
) -> HttpResponse:
    if request.headers.get("Accept", "").startswith("application/json"):
        told = {"id": incident.pk, "words": words, "undo": undo, "open": open_at}
        return JsonResponse({name: value for name, value in told.items() if value}, status=status)
    (messages.success if status == 200 else messages.error)(request, words)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/queue/"
    if request.headers.get("HX-Request"):
        # The card's own page shows the new state, or the same one with the words why nothing happened.
        return HttpResponse(status=204, headers={"HX-Redirect": open_at or back})
    return HttpResponseRedirect(open_at or back)

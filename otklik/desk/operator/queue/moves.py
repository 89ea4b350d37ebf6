"""Moves made from the queue: accept the suggestion, another theme, not an incident, back into the queue."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.card.facts import mute
from otklik.desk.card.onward import onward, place_in_queue
from otklik.desk.card.press import do
from otklik.desk.card.reply import is_fragment, refusal
from otklik.desk.card.thread import own_messages
from otklik.desk.form import read
from otklik.desk.gate import card_for, integer, permitted
from otklik.desk.operator.queue.reply import plain_answer, wants_json
from otklik.desk.operator.queue.words import taken_words
from otklik.incidents.models import Incident, NoiseReason, State
from otklik.incidents.taking import NotFree
from otklik.incidents.workflow import NotAllowed
from otklik.lib import clock
from otklik.people.permissions import Permission
from otklik.themes.models import Theme
from otklik.work.assigning import ACCEPT, ASSIGN_UNDER, Missing, themes_in_force
from otklik.work.cards import DISMISS, RESTORE
from otklik.work.words import CONFLICTS, against

DESK = (Permission.JUDGE,)


@require_POST
@permitted(*DESK)
def acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    """Assign as the machine suggests. `seen` names the verdict and the suggestion that the person looked at."""
    card = card_for(request, pk)
    try:
        done = do(request, ACCEPT, card)
    except Missing as missing:
        open_at = f"{reverse('incident', args=[pk])}?focus={missing.field}"
        return _answer(request, 422, missing.words, card, open_at=open_at)
    except CONFLICTS as error:
        return _against(request, error, card)
    return _answer(request, 200, assigned_words(done.result), card, undo=done.batch)


@require_POST
@permitted(*DESK)
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """Assign with another theme than the machine's first. Where no rule names an agency for it, 422 asks for one.

    `choice` is the theme's id and that of the agency that stood beside it, with a dot between them.
    """
    card, form = card_for(request, pk), request.POST.copy()
    form["theme"], _dot, form["shown"] = request.POST.get("choice", "").partition(".")
    try:
        done = do(request, ASSIGN_UNDER, card, lambda: read(ASSIGN_UNDER.schema, form))
    except Missing as missing:
        theme = themes_in_force(clock.now()).filter(pk=integer(form["theme"])).first()
        return _answer(request, 422, missing.words, card, ask=missing.field, theme=theme)
    except CONFLICTS as error:
        return _against(request, error, card)
    return _answer(request, 200, assigned_words(done.result), card, undo=done.batch)


@require_POST
@permitted(*DESK)
def noise(request: HttpRequest, pk: int) -> HttpResponse:
    """Not an incident, for one of six reasons."""
    card = card_for(request, pk)
    place = place_in_queue(request, card)
    try:
        done = do(request, DISMISS, card)
    except CONFLICTS as error:
        return _against(request, error, card)
    reason = str(NoiseReason(request.POST["reason"]).label).lower()
    words = _("№ %(number)d: не инцидент (%(reason)s)") % {"number": card.number, "reason": reason}
    if _from_card(request):
        return onward(request, place, card, words, done.batch, reverse("queue"))
    return _answer(request, 200, words, card, undo=done.batch)


@require_POST
@permitted(*DESK)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Back into the queue with the clocks it always had; the machine looks at it again."""
    card = card_for(request, pk)
    try:
        done = do(request, RESTORE, card)
    except CONFLICTS as error:
        return _against(request, error, card)
    return _answer(request, 200, _("№ %d снова в очереди") % card.number, card, undo=done.batch)


def _against(request: HttpRequest, error: Exception, card: Incident) -> HttpResponse:
    """Why nothing was done, with the number of the card: the queue shows many."""
    if isinstance(error, NotFree):
        return _answer(request, 409, taken_words(card.number, error.holder), card, held=error)
    if isinstance(error, NotAllowed):
        words = _("Кто-то успел раньше: № %(number)d уже в состоянии «%(state)s».")
        return _answer(request, 409, words % {"number": card.number, "state": State(error.state).label}, card)
    return _answer(request, *against(error), card)


def _from_card(request: HttpRequest) -> bool:
    """Whether the card's own page asks, by its script."""
    return is_fragment(request) and not wants_json(request)


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
        payload = {"id": incident.pk, "words": words, "undo": undo, "open": open_at, "ask": ask}
        payload |= {"theme": theme.pk if theme else 0, "held": bool(held and held.holder)}
        return JsonResponse({name: value for name, value in payload.items() if value}, status=status)
    card = f"{reverse('incident', args=[incident.pk])}?focus={ask}" if ask else ""
    return plain_answer(request, status, words, open_at or card)

"""«Взять себе», «Поручить» and «Распределить»: who of the agency answers which card."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from otklik.desk.agency.rows import OWNERS, unheld
from otklik.desk.agency.team import Mate, led_by, team_of_card, teams
from otklik.desk.card.reply import is_fragment
from otklik.desk.gate import card_for, integer, permitted, user_of
from otklik.incidents.cards import visible_to
from otklik.incidents.handing import leads
from otklik.incidents.models import Incident
from otklik.incidents.workflow import NotAllowed
from otklik.lib import clock
from otklik.people.models import User
from otklik.work.hands import HAND, Handing
from otklik.work.verb import Refused, perform

MOST = 100


@require_GET
@permitted()
def colleagues(request: HttpRequest, pk: int) -> HttpResponse:
    """Those among whom the card can go, with what each has already; for whoever may give it."""
    incident = card_for(request, pk)
    may = leads(user_of(request), incident)
    mates = team_of_card(incident, clock.now()) if may else []
    page = "desk/agency/_colleagues.html" if is_fragment(request) else "desk/agency/colleagues.html"
    return render(request, page, {"incident": incident, "mates": mates, "may": may})


@dataclass(slots=True)
class Handover:
    """What became of a press: `done` cards went over, `kept` did not, with the reason."""

    batch: str
    done: list[Incident] = field(default_factory=list)
    kept: dict[str, list[int]] = field(default_factory=dict)


@require_safe
@permitted(*OWNERS)
def distribution(request: HttpRequest) -> HttpResponse:
    """The cards nobody has, and among whom they can go: all colleagues for whoever leads, else oneself."""
    user, now = user_of(request), clock.now()
    rows, more = unheld(user, now)
    led = bool(led_by(user))
    mates_by_card = teams([row.incident for row in rows], now) if led else {}
    choices = [(row, _near(user, row.incident, mates_by_card.get(row.incident.pk, []))) for row in rows]
    mates = sorted({mate.user.pk: mate for _row, near in choices for mate in near}.values(), key=_in_words)
    page = "desk/agency/_distribution.html" if is_fragment(request) else "desk/agency/distribution.html"
    facts = {"choices": choices, "mates": mates, "several": len({mate.agencies for mate in mates}) > 1}
    return render(request, page, {**facts, "more": more, "leads": led})


def _near(user: User, incident: Incident, mates: list[Mate]) -> list[Mate]:
    """What he does not lead he may only take himself."""
    return mates if leads(user, incident) else [mate for mate in mates if mate.user.pk == user.pk]


def _in_words(mate: Mate) -> tuple[str, int, int]:
    return mate.agencies, mate.open, mate.late


@require_POST
@permitted(*OWNERS)
def giving(request: HttpRequest) -> HttpResponse:
    """`one` is «card:person» of a single tap; else the picked `card`s go `to` one person. One «вернуть» takes all.
    With `work` the cards he takes himself are in work at once."""
    one, _colon, whom = request.POST.get("one", "").partition(":")
    picked = [one] if one else request.POST.getlist("card")[:MOST]
    to = User.objects.filter(pk=integer(whom or request.POST.get("to")), is_active=True).first()
    if not picked:
        return _answer(request, 422, _("Отметьте хотя бы одну карточку."))
    if to is None:
        return _answer(request, 422, _("Выберите, кому поручить."))
    user = user_of(request)
    cards = visible_to(user).filter(pk__in={integer(pk) for pk in picked}).select_related("agency", "place", "executor")
    outcome = give(cards.order_by("pk"), to, user, work=bool(request.POST.get("work")) and to.pk == user.pk)
    return _answer(request, 200 if outcome.done else 409, _handover_words(outcome, to), outcome)


def give(cards: Iterable[Incident], to: User, by: User, work: bool = False) -> Handover:
    """Each card by itself: one that does not go leaves the others be. `work`: in work at once, as with `executor`."""
    outcome = Handover(str(uuid.uuid4()))
    for card in cards:
        try:
            perform(HAND, card, Handing(to=to.pk, work=work), by, clock.now(), batch=outcome.batch)
        except (Refused, NotAllowed, PermissionDenied) as error:
            late = isinstance(error, NotAllowed) or getattr(error, "status", 403) == 409
            outcome.kept.setdefault(_("уже взяли") if late else _("не для этого человека"), []).append(card.number)
        else:
            outcome.done.append(card)
    return outcome


def _handover_words(outcome: Handover, to: User) -> str:
    done = len(outcome.done)
    if done == 1:
        sentences = [_("№ %(number)d: отвечает %(who)s") % {"number": outcome.done[0].number, "who": to.initials}]
    elif done:
        sentences = [_("Поручено карточек: %(n)d, отвечает %(who)s") % {"n": done, "who": to.initials}]
    else:
        sentences = []
    for why, numbers in outcome.kept.items():
        shown = ", ".join(f"№ {number}" for number in numbers[:5]) + ("…" if len(numbers) > 5 else "")
        sentences.append(_("%(cards)s: %(why)s") % {"cards": shown, "why": why})
    return ". ".join(sentences) or _("Таких карточек здесь нет.")


def _answer(request: HttpRequest, status: int, words: str, outcome: Handover | None = None) -> HttpResponse:
    done = [card.pk for card in outcome.done] if outcome else []
    if request.headers.get("Accept", "").startswith("application/json"):
        payload = {"words": words, "cards": done, "undo": outcome.batch if outcome and done else ""}
        return JsonResponse(payload, status=status)
    (messages.success if status == 200 else messages.error)(request, words)
    return redirect("agency-distribution")

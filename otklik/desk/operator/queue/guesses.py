"""What a chosen row offers by the digits 1 2 3: the machine's best themes, each with the agency that the rules name."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from otklik.desk.gate import card_for, must_be_allowed, permitted
from otklik.desk.guessed import deciding, guessed_of
from otklik.desk.operator.queue.moves import DESK
from otklik.incidents.models import Incident, State
from otklik.lib import clock
from otklik.people.models import Agency
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from otklik.work.assigning import Latest, agencies_for, latest_of, place_of, themes_in_force

OFFERED = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """A theme that may be meant, and whose it would be; no agency when nobody names one.

    `share` is 0 to 1: how sure the machine is; `deciding` is said of the first two when they are easily confused.
    """

    theme: Theme
    agency: Agency | None
    share: float = 0
    deciding: str = ""


@require_safe
@permitted(*DESK)
def guesses(request: HttpRequest, pk: int) -> HttpResponse:
    """A fragment for the chosen row. `seen` goes with it, so that a digit is of exactly what was shown."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "assign")
    if incident.state != State.NEW:
        return HttpResponse(status=204)
    latest = latest_of(incident)
    verdict = latest.verdict
    context = {
        "incident": incident,
        "guesses": best_guesses(incident, latest, clock.now()),
        "seen": latest.seen,
        "verdict": verdict,
        "place": place_of(incident, verdict),
    }
    return render(request, "desk/queue/_guesses.html", context)


def best_guesses(incident: Incident, latest: Latest, now: datetime) -> list[Guess]:
    """At most three of the verdict's themes that are in force, best first. Three queries."""
    if latest.verdict is None:
        return []
    ids = _theme_ids(latest.verdict)
    known = {theme.pk: theme for theme in themes_in_force(now).filter(pk__in=ids)}
    themes = [known[pk] for pk in ids if pk in known][:OFFERED]
    agencies = agencies_for(incident, latest, themes, now)
    shares = {one.theme_id: one.share for one in guessed_of(latest.verdict.themes)}
    words = deciding(themes[0], themes[1]) if len(themes) > 1 else ()
    return [
        Guess(theme, agencies.get(theme.pk), shares.get(theme.pk, 0), words[place] if place < len(words) else "")
        for place, theme in enumerate(themes)
    ]


def _theme_ids(verdict: Verdict) -> list[int]:
    """The ids that the verdict names, the decided one first."""
    ids = [verdict.theme_id, *(one.theme_id for one in guessed_of(verdict.themes))]
    return list(dict.fromkeys(pk for pk in ids if pk is not None))[: OFFERED * 2]

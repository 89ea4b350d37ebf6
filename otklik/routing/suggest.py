"""The step of an Incident: whose it probably is, and the citizen's clocks."""

from datetime import datetime

from django.utils import timezone

from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import record
from otklik.lib.due import finish
from otklik.places.models import Place
from otklik.routing import clocks
from otklik.routing.match import Match, Router
from otklik.routing.models import Assignment, Suggestion
from otklik.routing.rules import known_now
from otklik.themes.models import Theme
from otklik.triage.models import Verdict


def suggest(incidents: list[Incident], now: datetime) -> None:
    """Proposes and never assigns. All of it in the loop's one transaction with the journal's turn."""
    router, week = router_now(), clocks.work_week()
    for incident in incidents:
        if incident.state == State.NEW:
            _suggest(incident, router, now)
        theme = incident.theme or incident.guessed_theme
        clocks.start(incident, theme, week)
        finish(incident)


def router_now() -> Router:
    """All rules, indexed."""
    return Router(known_now())


def whose(router: Router, theme: Theme | None, place: Place | None, now: datetime) -> Match | None:
    """The agency by the rules, for a theme and a place as far as they are known."""
    return router.match(
        theme.pk if theme else None,
        theme.group_id if theme else None,
        place.path if place else "",
        timezone.localdate(now),
    )


def verdict_of(incident: Incident) -> Verdict | None:
    """The latest verdict on the card's main message."""
    return (
        Verdict.objects.filter(message__links__incident=incident, message__links__main=True)
        .select_related("theme__group", "place")
        .order_by("-pk")
        .first()
    )


def _gave_back(incident: Incident, agency: int) -> bool:
    return Assignment.objects.filter(incident=incident, agency=agency, returned=True).exists()


def _suggest(incident: Incident, router: Router, now: datetime) -> None:
    verdict = verdict_of(incident)
    if verdict is None:
        return
    found = whose(router, verdict.theme, verdict.place, now)
    if found and _gave_back(incident, found.agency_id):
        found = None  # «не наше» was said already: the operator decides, and is not offered the same again
    Suggestion.objects.create(
        incident=incident,
        agency_id=found.agency_id if found else None,
        rule_id=found.rule_id if found else None,
        share=round(found.share * max(verdict.theme_share, 0.2), 3) if found else 0,
        at=now,
    )
    incident.guessed_theme, incident.guessed_place = verdict.theme, verdict.place  # a split card has none yet
    incident.guessed_agency_id = found.agency_id if found else None
    incident.save(update_fields=["guessed_theme", "guessed_place", "guessed_agency"])
    record(
        incident,
        "suggest",
        at=now,
        actor="machine:routing",
        data={"verdict": verdict.pk, "agency": found.agency_id if found else 0},
    )

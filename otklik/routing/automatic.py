"""Assigning without a person: only what an administrator has switched on for a theme, and only what is sure enough."""

from datetime import datetime

from django.utils import timezone

from otklik.incidents.models import Incident
from otklik.routing.assign import Decision, assign
from otklik.routing.match import Match
from otklik.routing.models import Assignment, Automatic, Rule
from otklik.triage.models import WISHES_NOTHING, Verdict


def act(incident: Incident, verdict: Verdict, found: Match, switch: Automatic, now: datetime) -> bool:
    """Give the card to the agency that the rules name, if the switch allows it. Inside `book.writing()`.

    Only once for a card, and never over a person: what anybody has had, or has before him, is an operator's.
    """
    theme, sure, agreed = verdict.theme, round(verdict.theme_share * 100), round(found.share * 100)
    if theme is None or verdict.kind in WISHES_NOTHING or verdict.outside or incident.taken_by_id is not None:
        return False
    if sure < switch.theme_percent or agreed < switch.agency_percent:
        return False
    if theme.retired_on is not None and theme.retired_on <= timezone.localdate(now):
        return False
    if Assignment.objects.filter(incident=incident).exists():
        return False
    rule = Rule.objects.select_related("agency", "executor").get(pk=found.rule_id)
    decision = Decision(
        agency=rule.agency,
        theme=theme,
        place=verdict.place,
        kind=theme.kind,
        street=verdict.street,
        house=verdict.house,
        suggested=True,
        executor=rule.executor,
        automatic=switch,
        told={"rule": rule.pk, "theme_percent": sure, "agency_percent": agreed},
    )
    assign(incident, decision, None, now)
    return True

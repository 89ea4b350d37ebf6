"""The step of an Incident: whose it probably is, and the citizen's clocks."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils import timezone

from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import record
from otklik.lib.due import finish
from otklik.places.models import Place
from otklik.routing import clocks
from otklik.routing.automatic import act
from otklik.routing.match import UNKNOWN, Match, Router, Signs
from otklik.routing.models import Assignment, Automatic, Inquiry, Suggestion
from otklik.routing.rules import known_now
from otklik.routing.signs import signs_of
from otklik.routing.switches import MACHINE, switches_on
from otklik.themes.models import Theme
from otklik.triage.models import Verdict


def suggest(incidents: list[Incident], now: datetime) -> None:
    """Proposes; assigns nothing but what is sure enough on a theme that an administrator has switched on for that.

    All of it in the loop's one transaction.
    """
    router, week, switches = router_now(), clocks.work_week(), switches_on()
    for incident in incidents:
        if incident.state == State.NEW:
            _suggest(incident, router, now, signs_of(incident, router, week), switches)
        theme = incident.theme or incident.guessed_theme
        clocks.start(incident, theme, week)
        finish(incident)


def router_now() -> Router:
    """All rules, indexed."""
    return Router(known_now())


def whose(
    router: Router,
    theme: Theme | None,
    place: Place | None,
    now: datetime,
    signs: Signs = UNKNOWN,
    without: Collection[int] = (),
) -> Match | None:
    """The agency by the rules, for a theme and a place as far as they are known; none of the agencies `without`."""
    return router.match(
        theme.pk if theme else None,
        theme.group_id if theme else None,
        place.path if place else "",
        timezone.localdate(now),
        signs,
        without,
    )


def verdict_of(incident: Incident) -> Verdict | None:
    """The latest verdict on the card's main message."""
    return (
        Verdict.objects.filter(message__links__incident=incident, message__links__main=True)
        .select_related("theme__group", "place")
        .order_by("-pk")
        .first()
    )


def gave_back(incident: Incident) -> set[int]:
    """Agencies that have said «не наше» of this card, or of the part that they were asked for: none of them is offered
    again. One query."""
    said_no = Assignment.objects.filter(incident=incident, returned=True).values_list("agency_id", flat=True)
    of_part = Inquiry.objects.filter(incident=incident, agency__isnull=False).exclude(refused="")
    return set(said_no.order_by().union(of_part.values_list("agency_id", flat=True)))


def propose(incident: Incident, now: datetime) -> None:
    """Write down whose a new card is by the rules, for a card that a person decides on in the same moment: no switch
    acts. Inside `book.turn()`."""
    router = router_now()
    _suggest(incident, router, now, signs_of(incident, router), {})


def _suggest(
    incident: Incident, router: Router, now: datetime, signs: Signs, switches: Mapping[int, Automatic]
) -> None:
    verdict = verdict_of(incident)
    if verdict is None:
        return
    # After «не наше» the next in the order is offered; when all have said so, nobody: the operator decides.
    found = whose(router, verdict.theme, verdict.place, now, signs, gave_back(incident))
    Suggestion.objects.create(
        incident=incident,
        agency_id=found.agency_id if found else None,
        rule_id=found.rule_id if found else None,
        thing=found.thing if found else "",
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
        actor=MACHINE,
        data={"verdict": verdict.pk, "agency": found.agency_id if found else 0},
    )
    switch = switches.get(verdict.theme_id or 0)
    if found and switch:
        act(incident, verdict, found, switch, now)

"""The verb «another theme» for a card that an agency has already: whose it is stays as it was."""

from datetime import datetime

from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import NotAllowed, hold, record
from otklik.people.models import User
from otklik.routing import clocks
from otklik.routing.assign import overrule
from otklik.routing.models import Assignment
from otklik.themes.models import Theme

THEMED = (State.ASSIGNED, State.IN_WORK, State.CLARIFYING, State.POSTPONED)


def set_theme(incident: Incident, theme: Theme, by: User, at: datetime) -> Incident:
    """One guarded UPDATE. The clocks keep their start, a norm of the theme may move their limit. Raises NotAllowed."""
    with hold(incident.pk):
        mine = Incident.objects.filter(pk=incident.pk, state__in=THEMED)
        if not mine.update(theme=theme):
            raise NotAllowed("assign", Incident.objects.values_list("state", flat=True).get(pk=incident.pk))
        payload = {"theme": theme.pk, "was": incident.theme_id or 0}
        record(incident, "theme", at=at, actor=f"user:{by.pk}", data=payload)
        clocks.start(incident, theme)
        if theme.pk != incident.theme_id:
            alone = Assignment.objects.filter(incident=incident, ended_at__isnull=True, automatic__isnull=False)
            for one in alone.select_related("automatic"):
                overrule(one, at)
    incident.refresh_from_db()
    return incident

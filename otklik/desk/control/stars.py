"""The star that is on a card, and who may change it: what the card's page asks."""

from otklik.incidents.models import Incident, Watch
from otklik.people.access import may
from otklik.people.models import User
from otklik.people.permissions import Permission

WHO = frozenset({Permission.CONTROL})


def controls(user: User, incident: Incident) -> bool:
    """Whether this user may put the star on this card and take it off."""
    agency, place = incident.agency, incident.place
    return may(user, WHO, agency.path if agency else "", place.path if place else "")


def running(incident: Incident) -> Watch | None:
    """The star that is on the card. No query for a card without one."""
    if incident.watched_since is None:
        return None
    watches = Watch.objects.filter(incident=incident, ended_at__isnull=True)
    return watches.select_related("responsible", "by").first()

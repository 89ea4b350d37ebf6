"""The star that is on a card, and who may change it: what the card's page asks."""

from otklik.incidents.cards import may_on
from otklik.incidents.models import Incident, Watch
from otklik.people.models import User
from otklik.people.permissions import Permission

WHO = frozenset({Permission.CONTROL})


def controls(user: User, incident: Incident) -> bool:
    """Whether this user may put the star on this card and take it off."""
    return may_on(user, incident, WHO)


def running(incident: Incident) -> Watch | None:
    """The star that is on the card. No query for a card without one."""
    if incident.watched_since is None:
        return None
    watches = Watch.objects.filter(incident=incident, ended_at__isnull=True)
    return watches.select_related("responsible", "by").first()

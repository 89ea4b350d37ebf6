"""Cards as figures count them: rows as the verbs leave them, without the verbs, since figures take many."""

from datetime import datetime, timedelta

from otklik.incidents.models import Incident
from tests.make import rows


def counted(started: datetime, took: timedelta | None = None, **columns: object) -> Incident:
    """A card in work since `started`, or one that was answered after `took` and waits for a mark. It has no message."""
    usual: dict[str, object] = {"state": "in_work", "network": "vk"}
    if took is not None:
        usual |= {"first_answered_at": started + took, "rating_since": started + took, "state": "rating"}
    return rows.card(started, **(usual | columns))

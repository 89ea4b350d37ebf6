"""A card that was opened again and has had no answer since: what its citizen wrote last, and how long he has waited."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, OuterRef, QuerySet, Subquery, When
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.desk.format import duration, short_moment
from otklik.feedback.models import Rating
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.routing.models import Deadline, Norm

TO_ANSWER = (State.ASSIGNED, State.IN_WORK)


def waits_again(incident: Incident, clocks: Sequence[Deadline]) -> bool:
    """`clocks` are those of the card that were not cancelled, its second answers among them. A card that was opened
    before those had a clock, or was never answered at all, has none."""
    seconds = [one for one in clocks if one.clock == Norm.Clock.SECOND_ANSWER]
    unanswered = not seconds or any(one.met_at is None for one in seconds)
    return bool(incident.reopened) and incident.state in TO_ANSWER and unanswered


def words_of(incident: Incident, now: datetime) -> tuple[str, str]:
    """What has happened, and for how long the citizen waits: since his first words, whatever was answered."""
    again = ngettext(
        "Открыт снова: житель пишет, что не сделано",
        "Открыт снова %(n)d-й раз: житель пишет, что не сделано",
        incident.reopened,
    )
    told = {
        "since": short_moment(localtime(incident.started_at), localtime(now)),
        "span": duration((now - incident.started_at).total_seconds()),
    }
    return again % {"n": incident.reopened}, _("ждёт с %(since)s: всего %(span)s") % told


def latest_columns() -> dict[str, Any]:
    """The newest message of a citizen and the newest words by the link of a survey, for a query of the links between
    cards and their main messages. Nothing is looked for on a card that was never opened again."""
    said = IncidentMessage.objects.filter(incident=OuterRef("incident_id"), message__own=False)
    said = said.order_by("-message__posted_at", "-message_id")
    voted = Rating.objects.filter(incident=OuterRef("incident_id"), dismissed_at__isnull=True).exclude(reason="")
    voted = voted.order_by("-at", "-pk")
    return {
        "said_text": _of_reopened(said, "message__text"),
        "said_at": _of_reopened(said, "message__posted_at"),
        "voted_text": _of_reopened(voted, "reason"),
        "voted_at": _of_reopened(voted, "at"),
    }


def _of_reopened(rows: QuerySet[Any], column: str) -> Case:
    return Case(When(incident__reopened__gt=0, then=Subquery(rows.values(column)[:1])))


def latest_words(link: Any) -> str:
    """The newer of the two."""
    voted = link.voted_at is not None and (link.said_at is None or link.voted_at > link.said_at)
    return str(link.voted_text if voted else link.said_text or link.message.text)

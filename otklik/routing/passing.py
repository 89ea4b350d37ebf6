"""«Передать дальше»: «не наше» and the next agency in one step, by whoever knows whose it is.

It is a return like any other: it is counted as one, the rule that had named the agency is overruled by it, and what
the rules would say next is written down beside what a person chose. The citizen's clocks run on.
"""

from datetime import datetime

from otklik.incidents.models import Incident
from otklik.incidents.workflow import hold
from otklik.people.models import Agency, User
from otklik.routing.assign import Decision, assign, give_back
from otklik.routing.models import Suggestion
from otklik.routing.suggest import gave_back, propose


class NotThere(Exception):
    """It cannot go there. `why` is a code: «same» has it already, «returned» has said that it is not theirs."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def pass_further(incident: Incident, agency: Agency, by: User, at: datetime, reason: str, words: str = "") -> Incident:
    """From the agency that has the card to `agency`; `reason` is that of a return. The operator of the card stays.

    No switch decides anything on the way. Raises NotAllowed when the card is not an agency's to give back, NotThere.
    """
    with hold(incident.pk):
        now = Incident.objects.select_related("agency", "theme", "place", "operator").get(pk=incident.pk)
        if agency.pk == now.agency_id:
            raise NotThere("same")
        if agency.pk in gave_back(now):
            raise NotThere("returned")
        operator, kept = now.operator, (now.theme, now.place)
        back = give_back(now, by, at, reason, words)
        propose(back, at)
        theme, place = kept
        decision = Decision(
            agency=agency,
            theme=theme,
            place=place,
            kind=back.kind,
            street=back.street,
            house=back.house,
            suggested=suggested_agency(back) == agency.pk,
            certainty={"passed": 1},
        )
        moved = assign(back, decision, by, at)
        # Whoever decided whose the card is hears of it and of its answer, and not the agency that was mistaken.
        Incident.objects.filter(pk=moved.pk).update(operator=operator)
        moved.operator = operator
    return moved


def suggested_agency(incident: Incident) -> int | None:
    """Whose the latest suggestion says it is."""
    return Suggestion.objects.filter(incident=incident).order_by("-pk").values_list("agency_id", flat=True).first()

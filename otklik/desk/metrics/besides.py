"""What stands in no column of the cards: which promises were kept, and which cards are overdue at this moment."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet

from otklik.desk.promises.by_card import KEPT, UNKEPT, kept_of, promised
from otklik.incidents.models import IN_HAND, Incident
from otklik.reports.queries import late_now


class Besides:
    """One query for both, when either is asked for. `cards` are those that the page is narrowed to, of any period;
    `since` is when the period begins."""

    def __init__(self, cards: QuerySet[Incident], since: datetime, at: datetime) -> None:
        self._cards, self._since, self._at = cards, since, at

    @cached_property
    def overdue(self) -> int:
        """How many cards are late before the citizen now, whenever he wrote."""
        return len({card for word, card in self._rows if word not in (KEPT, UNKEPT)})

    def kept(self) -> Mapping[int, bool]:
        """As kept_by_cards has it."""
        return kept_of(self._rows)

    @cached_property
    def _rows(self) -> list[tuple[str, int]]:
        late = late_now(self._at).filter(incident__in=self._cards.filter(state__in=IN_HAND).order_by())
        return list(late.values_list("clock", "incident_id").union(promised(self._since, self._at), all=True))

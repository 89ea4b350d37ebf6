"""The formula of the rating: who set it last holds, and all that were before are kept."""

from collections.abc import Mapping
from datetime import datetime

from otklik.journal import book
from otklik.people.models import User
from otklik.reports.models import Formula
from otklik.reports.score import DEFAULT, valid


def current() -> Formula:
    """The one that holds; unsaved with the usual weights where nobody has set any. One query."""
    formula = Formula.objects.select_related("by").order_by("-pk").first()
    return formula or Formula(weights=dict(DEFAULT))


def change(weights: Mapping[str, int], by: User, at: datetime) -> Formula | None:
    """The new formula, with its journal entry; None where it says what the present one says. Raises ValueError for
    weights that are none: pages ask before they call."""
    if not valid(weights):
        raise ValueError(f"no formula: {weights}")
    with book.turn():
        was = current()
        if was.weights == dict(weights):
            return None
        made = Formula.objects.create(weights=dict(weights), by=by, at=at)
        data = {"weights": dict(weights), "before": was.weights}
        book.write(at=at, actor=f"user:{by.pk}", verb="formula.set", subject=f"formula:{made.pk}", data=data)
    return made

"""«Согласие с подсказкой»: how often people take the machine's theme, and which themes it takes for which."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.admin.frame import administers, framed
from otklik.desk.agreed import first_words, three_words
from otklik.desk.gate import integer
from otklik.desk.guessed import deciding
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.reports.arithmetic import Share
from otklik.routing.agreement import Confused, agreement
from otklik.themes.models import Theme

DAYS = (30, 90, 365)
USUAL = 90
MOST = 50


@dataclass(frozen=True, slots=True)
class Pair:
    """Said by the machine, chosen by a person, so many times; `for_…` is what speaks for each against the other."""

    guessed: Theme
    chosen: Theme
    count: int
    for_guessed: str
    for_chosen: str


@require_safe
@administers("classifier")
def agreement_page(request: HttpRequest) -> HttpResponse:
    """Of what was written in the last so many days. Two queries beside the frame's."""
    asked, now = integer(request.GET.get("days")), clock.now()
    days = asked if asked in DAYS else USUAL
    counts = agreement(Incident.objects.all(), now - timedelta(days=days), now)
    context = {
        "n": counts.n,
        "first": first_words(Share(counts.first, counts.n)),
        "three": three_words(Share(counts.among, counts.n)),
        "pairs": _pairs(counts.confused[:MOST]),
        "cut": len(counts.confused) > MOST,
        "most": MOST,
        "periods": [(one, _("%d дней") % one, one == days) for one in DAYS],
    }
    return framed(request, "classifier", "desk/admin/agreement.html", context)


def _pairs(confused: Iterable[Confused]) -> list[Pair]:
    confusions = list(confused)
    themes = Theme.objects.select_related("group").in_bulk(
        {pk for one in confusions for pk in (one.guessed, one.chosen)}
    )
    known = [one for one in confusions if one.guessed in themes and one.chosen in themes]
    return [
        Pair(themes[one.guessed], themes[one.chosen], one.times, *deciding(themes[one.guessed], themes[one.chosen]))
        for one in known
    ]

"""«Как посчитано»: the account of the share of the satisfied, beside it: whom we asked, and who answered what."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.desk.gate import permitted, user_of
from otklik.desk.statistics.ask import ask
from otklik.desk.statistics.page import READERS
from otklik.feedback.models import Survey
from otklik.lib import clock
from otklik.people.access import opened
from otklik.reports.arithmetic import Share
from otklik.reports.catalogue import MEASURES
from otklik.reports.gather import TOGETHER
from otklik.reports.promptly import yardstick
from otklik.reports.queries import atlas, sliced
from otklik.reports.satisfaction import ON_THE_WAY, Account, account
from otklik.reports.sets import Cohort
from otklik.reports.shown import interval, of_n, per_cent


@dataclass(frozen=True, slots=True)
class Percentage:
    """A share as it is shown: never without its n, and nothing is concluded from a few."""

    title: str
    value: str
    under: str
    few: bool


@require_safe
@permitted(*READERS)
def counted(request: HttpRequest) -> HttpResponse:
    """The panel, for the page of figures. It takes the same questions."""
    at, known = clock.now(), atlas()
    asked = ask(request.GET, known.names, at)
    here, _before = sliced(opened(user_of(request), READERS), asked.narrowing, asked.period, known)
    totals = account(Cohort(here, yardstick(at)))
    return render(request, "desk/statistics/_account.html", _facts(totals))


def _facts(totals: Account) -> dict[str, Any]:
    return {
        "account": totals,
        "shares": [_percentage("good", totals.good), _percentage("solved", totals.solved)],
        "reasons": [(reason_words(code), number) for code, number in Counter(totals.unasked).most_common()],
        "not_asked": sum(totals.unasked.values()),
    }


def reason_words(code: str) -> str:
    """Why authors were not asked, in words."""
    if code == TOGETHER:
        return _("ответили на другой карточке")
    if code == ON_THE_WAY:
        return _("вопрос ещё в пути или причина не записана")
    return str(Survey.Unasked(code).label)


def _percentage(name: str, share: Share) -> Percentage:
    under = f"{of_n(share)}, {interval(share)}" if share.n else of_n(share)
    return Percentage(str(MEASURES[name].title), per_cent(share), under, not share.enough)

"""«Чему научилась система»: which model suggests themes, how good it was on cards it had not seen, and going back."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.frame import Sure, administers, ask, framed, is_sure
from otklik.desk.gate import user_of
from otklik.lib import clock
from otklik.reports.arithmetic import Share
from otklik.reports.shown import interval, of_n, per_cent
from otklik.triage import models as trained
from otklik.triage.models import TrainedModel
from otklik.triage.theme.fitting import is_possible
from otklik.triage.theme.model import ModelError, shipped

MOST_SHOWN = 20
State = TrainedModel.State
STATES = {
    State.LEARNING: gettext_lazy("учится сейчас"),
    State.ACTIVE: gettext_lazy("действует"),
    State.REPLACED: gettext_lazy("заменена более новой"),
    State.REJECTED: gettext_lazy("не лучше прежней, не действует"),
    State.WITHDRAWN: gettext_lazy("отозвана"),
    State.FAILED: gettext_lazy("обучение не удалось"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `first` and `three` are shares of this model, `first_now` of what was in force before it."""

    pk: int
    at: datetime
    state: str
    active: bool
    rows: int
    since: datetime | None
    until: datetime | None
    first: Share
    three: Share
    first_now: Share

    @property
    def first_words(self) -> str:
        return _words(self.first)

    @property
    def three_words(self) -> str:
        return _words(self.three)

    @property
    def now_words(self) -> str:
        return _words(self.first_now)


@require_safe
@administers("classifier")
def learned(request: HttpRequest) -> HttpResponse:
    """One query beside the frame's, or two."""
    rows = TrainedModel.objects.defer("content").order_by("-pk")
    newest = list(rows[:MOST_SHOWN])
    runs = [_run(row) for row in newest]
    active = next((run for run in runs if run.active), None)
    if active is None and len(runs) == MOST_SHOWN:
        older = rows.filter(state=State.ACTIVE).first()
        active = _run(older) if older else None
    context = {
        "runs": runs,
        "active": active,
        "failed": bool(newest) and newest[0].state == State.FAILED,
        "may_learn": is_possible(),
        "shipped_on": _shipped_on(),
        "sentences": _sentences(),
    }
    return framed(request, "classifier", "desk/admin/learned.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("classifier")
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """The model before this one suggests again, or the shipped one alone."""
    row = TrainedModel.objects.defer("content").filter(pk=pk).first()
    if row is None:
        raise Http404
    back = reverse("admin-learned")
    if request.method != "POST" or not is_sure(request):
        figures = [
            _("Темы снова будет подсказывать модель, которая действовала до неё, или та, что поставляется с системой."),
            _("У карточек, которые уже есть, подсказки не изменятся. Отозванную модель вернуть нельзя."),
        ]
        title = _("Отозвать модель № %d?") % pk
        return ask(request, "classifier", Sure(title, figures, _("Отозвать"), back, grave=True))
    if trained.withdraw(pk, f"user:{user_of(request).pk}", clock.now()):
        messages.success(request, _("Модель отозвана."))
    else:
        messages.error(request, _("Эта модель уже не действует. Ничего не изменено."))
    return HttpResponseRedirect(back)


def _run(row: TrainedModel) -> Run:
    metrics = row.metrics
    return Run(
        pk=row.pk,
        at=row.made_at,
        state=str(STATES[State(row.state)]),
        active=row.state == State.ACTIVE,
        rows=row.rows,
        since=row.first_at,
        until=row.last_at,
        first=_share(metrics, "first"),
        three=_share(metrics, "three"),
        first_now=_share(metrics, "first_now"),
    )


def _words(share: Share) -> str:
    return f"{per_cent(share)} ({of_n(share)}, {interval(share)})"


def _share(metrics: dict[str, int], name: str) -> Share:
    return Share(min(metrics.get(name, 0), metrics.get("n", 0)), metrics.get("n", 0))


def _sentences() -> str:
    """Where the sentence model is: "auto", "off", or the server that the texts go to."""
    setting = str(settings.EMBEDDINGS)
    return setting if setting in ("auto", "off") else urlsplit(setting).hostname or setting


def _shipped_on() -> str:
    try:
        made_at = str(shipped().facts.get("made_at", ""))
        return datetime.fromisoformat(made_at).strftime("%d.%m.%Y")
    except (ModelError, ValueError):
        return ""

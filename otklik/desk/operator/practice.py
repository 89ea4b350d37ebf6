"""The pages of «Тренировка»: one's own tries, a case at a time, the result; and for the mentor everybody's.

It touches no card and teaches the machine nothing: what somebody has decided here is seen by himself and his mentor.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django import forms
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.desk.admin.fields import tick
from otklik.desk.gate import permitted, user_of
from otklik.desk.models import Practice
from otklik.desk.operator.practice_cases import Case, Decision, Judged, cases, judge, order
from otklik.incidents.models import NoiseReason
from otklik.lib import clock
from otklik.people.access import has
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.people.scope import scope_of
from otklik.themes.keeping import in_force
from otklik.themes.models import Theme
from otklik.themes.wording import differences

MENTORS = (Permission.LEAD, Permission.ADMINISTRATE)
SHOWN = 100


def begin(user: User, at: datetime) -> Practice:
    """The try that he has not ended, or a new one."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two clicks begin one try
        running = Practice.objects.filter(user=user, ended_at=None).order_by("pk").first()
        return running or Practice.objects.create(user=user, began_at=at)


def decide(practice: Practice, code: str, decision: Decision, at: datetime) -> bool:
    """False when the case was decided before: the first word counts. With the last case the try ends."""
    with transaction.atomic():
        row = Practice.objects.select_for_update().get(pk=practice.pk)
        if code in row.decided or code not in cases() or row.ended_at is not None:
            return False
        row.decided = row.decided | {
            code: {"noise": decision.noise, "theme": decision.theme, "danger": decision.danger}
        }
        row.ended_at = at if not left(row) else None
        row.save(update_fields=["decided", "ended_at"])
    return True


def left(practice: Practice) -> list[str]:
    """The cases that wait, in the try's own order."""
    return [code for code in order(practice.pk) if code not in practice.decided]


def decision_of(practice: Practice, code: str) -> Decision:
    fields: Mapping[str, object] = practice.decided[code]
    return Decision(str(fields["noise"]), str(fields["theme"]), bool(fields["danger"]))


def judged(practice: Practice) -> list[tuple[Case, Decision, Judged]]:
    """What was decided, in the order in which it came; cases that exist no more are left out."""
    known = cases()
    decided = [(known[code], decision_of(practice, code)) for code in order(practice.pk) if code in practice.decided]
    return [(case, decision, judge(case, decision)) for case, decision in decided]


class CaseForm(forms.Form):
    """`theme` is the id that the search as you type gives. To whom it goes is chosen as on a card, and not judged."""

    noise = forms.ChoiceField(choices=[("", ""), *NoiseReason.choices], required=False)
    theme = forms.IntegerField(required=False)
    danger = tick(gettext_lazy("Опасно для жизни или здоровья"))
    reasons = NoiseReason.choices

    def __init__(self, data: Any, themes: Sequence[Theme]) -> None:
        super().__init__(data)
        self.known = themes

    def clean_theme(self) -> str:
        """The theme's code; "" for none."""
        chosen = self.cleaned_data["theme"]
        code = next((theme.code for theme in self.known if theme.pk == chosen), "")
        if chosen and not code:
            raise forms.ValidationError(_("Этой темы больше нет в списке: выберите другую."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        if not self.errors and not cleaned_data["noise"] and not cleaned_data["theme"]:
            self.add_error("theme", _("Выберите тему или скажите, почему это не инцидент."))
        return cleaned_data

    def decision(self) -> Decision:
        cleaned_data = self.cleaned_data
        if cleaned_data["noise"]:
            return Decision(cleaned_data["noise"], theme="", danger=False)
        return Decision("", cleaned_data["theme"], bool(cleaned_data["danger"]))


class CaseReview(NamedTuple):
    """A case beside what was decided and expected, in words; `note` tells two themes apart that were taken for each
    other, "" where nothing is written of them."""

    case: Case
    judged: Judged
    decided: str
    expected: str
    danger: bool
    note: str


class Line(NamedTuple):
    """One try in a list; `right` of `of` cases that have been decided."""

    practice: Practice
    right: int
    of: int


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.JUDGE)
def practice(request: HttpRequest) -> HttpResponse:
    """One's own tries; POST begins one, or goes on with the one that has not ended."""
    user = user_of(request)
    if request.method == "POST":
        return HttpResponseRedirect(reverse("practice-try", args=[begin(user, clock.now()).pk]))
    own = Practice.objects.filter(user=user).order_by("-pk")[:SHOWN]
    context = {"lines": [_line(one) for one in own], "count": len(cases()), "mentors": has(user, *MENTORS)}
    return render(request, "desk/practice/start.html", context)


@require_safe
@permitted(*MENTORS)
def everybody(request: HttpRequest) -> HttpResponse:
    """For the mentor: who has tried, and how it went. One query beside the frame's."""
    tries = Practice.objects.filter(_taught_by(user_of(request))).select_related("user").order_by("-pk")[:SHOWN]
    return render(request, "desk/practice/everybody.html", {"lines": [_line(one) for one in tries]})


@require_safe
@permitted(Permission.JUDGE, *MENTORS)
def one_try(request: HttpRequest, pk: int) -> HttpResponse:
    """The next case to whoever sorts, the result to him and to his mentor. Somebody else's does not exist."""
    here = _try_of(user_of(request), pk)
    waiting = left(here)
    if here.user_id == user_of(request).pk and waiting:
        return _case_page(request, here, CaseForm(None, _themes()), cases()[waiting[0]])
    names = _names()
    reviews = [_review(one, names) for one in judged(here)]
    wrong = [one for one in reviews if not one.judged.right]
    parts = {
        "kind": sum(one.judged.kind for one in reviews),
        "what": sum(one.judged.kind and one.judged.what for one in reviews),
        "danger": sum(one.judged.danger for one in reviews),
    }
    context = {"practice": here, "wrong": wrong, "right": len(reviews) - len(wrong), "of": len(reviews), "parts": parts}
    return render(request, "desk/practice/result.html", context)


@require_POST
@permitted(Permission.JUDGE)
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """What was decided of one case, and beside it what was expected."""
    here = _try_of(user_of(request), pk)
    case = cases().get(request.POST.get("case", ""))
    if case is None or here.user_id != user_of(request).pk:
        raise Http404
    if case.code not in here.decided:
        form = CaseForm(request.POST, _themes())
        if not form.is_valid():
            return _case_page(request, here, form, case, 422)
        decide(here, case.code, form.decision(), clock.now())
        here.refresh_from_db()
    decided = decision_of(here, case.code)
    review = _review(next(one for one in judged(here) if one[0] == case), _names())
    context = {"practice": here, "review": review, "decided": decided, **_where(here)}
    return render(request, "desk/practice/review.html", context)


def _try_of(user: User, pk: int) -> Practice:
    practice_row = Practice.objects.select_related("user").filter(Q(user=user) | _taught_by(user), pk=pk).first()
    if practice_row is None:
        raise Http404
    return practice_row


def _taught_by(user: User) -> Q:
    """The tries of those whom he leads or administers."""
    return reduce(or_, (Q(user__in=scope_of(user, permission).people()) for permission in MENTORS))


def _case_page(request: HttpRequest, here: Practice, form: CaseForm, case: Case, status: int = 200) -> HttpResponse:
    context = {"practice": here, "form": form, "case": case, **_where(here)}
    return render(request, "desk/practice/case.html", context, status=status)


def _where(here: Practice) -> dict[str, Any]:
    return {"done": len(here.decided), "of": len(here.decided) + len(left(here))}


def _line(one: Practice) -> Line:
    judgements = judged(one)
    return Line(one, sum(judgement.right for _case, _decided, judgement in judgements), len(judgements))


def _themes() -> list[Theme]:
    themes = Theme.objects.filter(in_force(localdate())).select_related("group")
    return list(themes.order_by("group__name", "name"))


def _names() -> dict[str, str]:
    return dict(Theme.objects.values_list("code", "name"))


def _review(one: tuple[Case, Decision, Judged], names: dict[str, str]) -> CaseReview:
    case, decided, judgement = one
    best = case.themes[0] if case.themes else ""
    note = differences().get((best, decided.theme), "") if best and decided.theme not in case.themes else ""
    expected = Decision(case.noise, best, case.danger)
    return CaseReview(case, judgement, _words(decided, names), _words(expected, names), case.danger, note)


def _words(decided: Decision, names: dict[str, str]) -> str:
    if decided.noise:
        return str(NoiseReason(decided.noise).label) if decided.noise in NoiseReason.values else decided.noise
    return names.get(decided.theme, decided.theme)

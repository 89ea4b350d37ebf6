"""«Правила»: whose matter it is, by theme and place. A change says first which new cards would turn by it."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.editing import SEEN, carry_out, edit, written
from otklik.desk.admin.forms import agency_choices, place_choices
from otklik.desk.admin.frame import Hidden, Sure, administers, ask, framed, is_sure
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.rule_forms import EndForm, RuleForm
from otklik.desk.admin.words import why
from otklik.desk.gate import user_of
from otklik.desk.listing import Key, Listing, by_id, by_words, one_of, with_words
from otklik.desk.rule_words import sentence
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.routing import outlook as ahead
from otklik.routing import rules as verbs
from otklik.routing.models import Rule
from otklik.routing.outlook import Outlook
from otklik.routing.rule_use import fallback, uses
from otklik.routing.rules import Collides, RuleInput

USED_IN = 90  # days that the figures beside a rule are for
MOST_SHOWN = 8
STATES = {
    "": gettext_lazy("действуют или начнут"),
    "ended": gettext_lazy("закончились"),
    "all": gettext_lazy("все"),
}
LIST = Listing(
    (Key("pk", falling=True),), {"q": by_words, "agency": by_id, "place": by_id, "state": one_of(STATES)}, size=50
)
WORDED = ("theme__name", "theme__group__name", "group__name", "agency__short_name", "note", "things")


@require_safe
@administers("rules")
def rules(request: HttpRequest) -> HttpResponse:
    """Six queries beside the frame's."""
    agencies = {one.pk: one for one in Agency.objects.all()}
    places = {one.pk: one for one in Place.objects.filter(level=Place.Level.MUNICIPALITY)}
    chosen = LIST.chosen(request.GET)
    agency, place = agencies.get(chosen["agency"]), places.get(chosen["place"])
    queryset = _narrowed(agency, place, chosen["q"], chosen["state"])
    here = LIST.page(queryset, request.GET)
    used = uses([one.pk for one in here.rows], clock.now() - timedelta(days=USED_IN))
    context = {
        "rules": [(one, used[one.pk]) for one in here.rows],
        "used_in": USED_IN,
        "count": queryset.count(),
        "next": here.following,
        "chosen": chosen,
        "narrowed": chosen["q"] or agency or place or chosen["state"],
        "agencies": agency_choices(agencies, _("Все ведомства")),
        "places": place_choices(places, _("Все места")),
        "states": STATES.items(),
        "today": timezone.localdate(),
        "fallback": fallback(timezone.localdate()).exists(),
    }
    return framed(request, "rules", "desk/admin/rules.html", context)


def _narrowed(agency: Agency | None, place: Place | None, words: str, state: str) -> QuerySet[Rule]:
    queryset = Rule.objects.select_related("theme__group", "group", "place", "agency", "owner", "executor")
    if agency:
        queryset = queryset.filter(agency__path__startswith=agency.path)
    if place:
        queryset = queryset.filter(place__path__startswith=place.path)
    queryset = queryset.filter(with_words(words, WORDED))
    past = Q(until__lt=timezone.localdate())
    if state == "ended":
        return queryset.filter(past)
    return queryset if state == "all" else queryset.exclude(past)


def rule_for(pk: int) -> Rule:
    rule_row = (
        Rule.objects.select_related("theme__group", "group", "place", "agency", "owner", "executor")
        .filter(pk=pk)
        .first()
    )
    if rule_row is None:
        raise Http404
    return rule_row


@require_http_methods(["GET", "HEAD", "POST"])
@administers("rules")
def addition(request: HttpRequest) -> HttpResponse:
    return _edited(request, lambda: None)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("rules")
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """One rule: the form; then what would turn; then, with `sure`, the change."""
    return _edited(request, lambda: rule_for(pk))


def _edited(request: HttpRequest, find: Callable[[], Rule | None]) -> HttpResponse:
    def save(here: Rule | None, form: RuleForm, by: User, now: datetime) -> HttpResponse:
        if other := verbs.clash(form.as_input(), here.pk if here else 0):
            return _page(request, form, here, 422, other)
        return _saved(request, here, form, by, now) if is_sure(request) else _asked(request, here, form.as_input())

    return edit(
        *(request, find, RuleForm, _page),
        seen=lambda here: verbs.seen(here) if here else "",
        save=save,
        late=_("Пока вы писали, правило изменил кто-то ещё. Сверьте поля и сохраните снова."),
    )


def _page(
    request: HttpRequest, form: RuleForm, here: Rule | None, status: int, other: Rule | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "rule": here, "other": other}
    if here is not None:
        context |= {"lines": lines_about(f"rule:{here.pk}"), "used": verbs.used(here), "used_in": USED_IN}
        context["use"] = uses([here.pk], clock.now() - timedelta(days=USED_IN))[here.pk]
    return framed(request, "rules", "desk/admin/rule.html", context, status)


def _asked(request: HttpRequest, here: Rule | None, rule_input: RuleInput) -> HttpResponse:
    outlook = ahead.outlook(rule_input, here.pk if here else 0, timezone.localdate())
    kept = [Hidden(name, request.POST.get(name, "")) for name in RuleForm.kept]
    back = reverse("admin-rule", args=[here.pk]) if here else reverse("admin-rules")
    title = _("Сохранить правило?") if here else _("Добавить правило?")
    button = _("Сохранить") if here else _("Добавить")
    figures = [sentence(rule_input), *figures_of(outlook)]
    return ask(request, "rules", Sure(title, figures, button, back, kept))


def _saved(request: HttpRequest, here: Rule | None, form: RuleForm, by: User, now: datetime) -> HttpResponse:
    rule_input, changed = form.as_input(), True
    turned = ahead.outlook(rule_input, here.pk if here else 0, timezone.localdate(now)).turned
    try:
        if here is None:
            here = verbs.add(rule_input, by, now)
        else:
            changed = verbs.change(here, rule_input, form.cleaned_data[SEEN], by, now)
    except Collides as met:
        messages.error(request, _("Пока вы смотрели, такое правило добавил кто-то ещё. Вот оно."))
        return HttpResponseRedirect(reverse("admin-rule", args=[met.rule.pk]))
    except Refused as refused:
        if refused.code == "overtaken":
            raise
        messages.error(request, why(refused))
        return HttpResponseRedirect(reverse("admin-rules"))
    ahead.look_again([one.matter.card for one in turned], now)
    return written(request, changed, reverse("admin-rule", args=[here.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("rules")
def ending(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day of a rule, which may be ahead. What would turn is said for a day when it no longer counts."""
    here = rule_for(pk)
    form = EndForm(request.POST if request.method == "POST" else None, initial={"until": timezone.localdate()})
    back = reverse("admin-rule", args=[here.pk])
    if not form.is_valid():
        context = {"form": form, "rule": here}
        return framed(request, "rules", "desk/admin/rule_end.html", context, 422 if form.errors else 200)
    until = form.cleaned_data["until"]
    if not is_sure(request):
        figures = [_("Последний день: %s.") % until.strftime("%d.%m.%Y"), *figures_of(_without(here))]
        kept = [Hidden("until", until.isoformat()), Hidden(SEEN, verbs.seen(here))]
        return ask(request, "rules", Sure(_("Закончить правило?"), figures, _("Закончить"), back, kept, grave=True))
    return carry_out(request, partial(verbs.end, here, until, request.POST.get(SEEN, "")), _("Записано."), back)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("rules")
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Only of a rule that has never named an agency; any other is ended."""
    here = rule_for(pk)
    back = reverse("admin-rule", args=[here.pk])
    refusal = _("По этому правилу уже предлагали ведомство. Его не удаляют: укажите последний день.")
    sure = Sure(_("Удалить правило?"), figures_of(_without(here)), _("Удалить"), back, grave=True)
    if verbs.used(here):
        return ask(request, "rules", sure._replace(refusal=refusal))
    if request.method != "POST":
        return ask(request, "rules", sure)
    turned, now = _without(here).turned, clock.now()
    try:
        verbs.remove(here, user_of(request), now)
    except Refused:
        messages.error(request, refusal)
        return HttpResponseRedirect(back)
    ahead.look_again([one.matter.card for one in turned], now)
    messages.success(request, _("Правило удалено."))
    return HttpResponseRedirect(reverse("admin-rules"))


def _without(here: Rule) -> Outlook:
    return ahead.outlook(None, here.pk, timezone.localdate())


def figures_of(outlook: Outlook) -> list[str]:
    """What a change of rules would do, in sentences. One query if anything turns."""
    figures = []
    if outlook.turned:
        words = _("Новых карточек, которым предложат другое ведомство: %d. Они останутся новыми, решает оператор.")
        figures.append(words % len(outlook.turned))
        figures += _ways(outlook)
    else:
        figures.append(_("Ни одной новой карточке другого ведомства не предложат."))
    if outlook.looked >= ahead.MOST_NEW:
        figures.append(_("Посчитано по последним новым карточкам: %d.") % outlook.looked)
    figures.append(_("Карточек за последние 30 дней, которые попали бы под это правило: %d.") % outlook.late)
    if not outlook.late_all:
        figures.append(_("Посчитано по последним карточкам: %d.") % outlook.late_looked)
    return figures


def _ways(outlook: Outlook) -> list[str]:
    """«Водоканал → Дороги: 5, № 12, № 15»."""
    ways = Counter((one.before, one.after) for one in outlook.turned)
    wanted = {pk for way in ways for pk in way if pk}
    names: dict[int | None, str] = dict(Agency.objects.filter(pk__in=wanted).values_list("pk", "short_name"))
    lines = []
    for (before, after), number in ways.most_common(MOST_SHOWN):
        cards = [one.matter.number for one in outlook.turned if (one.before, one.after) == (before, after)]
        shown = ", ".join(f"№ {card}" for card in cards[:MOST_SHOWN]) + ("…" if number > MOST_SHOWN else "")
        was, becomes = (names.get(pk) or _("никому") for pk in (before, after))
        lines.append(f"{was} → {becomes}: {number} ({shown})")
    return lines

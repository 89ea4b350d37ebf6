"""«Классификатор»: groups and their themes. A change says first which cards, rules and templates name the theme."""

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.desk.admin.classifier_facts import Weight, ground_with, weight
from otklik.desk.admin.editing import SEEN, Seen, edit, written
from otklik.desk.admin.fields import Day, Words, choice, tick
from otklik.desk.admin.forms import Line, Pick
from otklik.desk.admin.frame import Hidden, Sure, administers, ask, framed, is_sure
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.gate import integer, user_of
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.people.models import User
from otklik.routing import calendars
from otklik.themes import keeping as verbs
from otklik.themes import keywords
from otklik.themes.keeping import ThemeInput, seen
from otklik.themes.models import Theme, ThemeGroup

PIECES = 4  # of 500 clocks, in the request that saves; whatever is left goes on by a button
MOST_TEXT = 4000
MOST_CODE = 80
SEVERITIES = (
    (1, gettext_lazy("1: пустяк, подождёт")),
    (2, gettext_lazy("2: обычное")),
    (3, gettext_lazy("3: заметно мешает жить")),
    (4, gettext_lazy("4: авария")),
    (5, gettext_lazy("5: опасно для жизни")),
)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Keywords(Words):
    """Words and phrases with commas or on lines of their own: in lower case, «е» for «ё», each once."""

    def __init__(self) -> None:
        hint = gettext_lazy("Через запятую, в каждом до трёх слов. По ним машина узнаёт тему, падежи она знает сама.")
        super().__init__(gettext_lazy("Ключевые слова"), MOST_TEXT, required=False, rows=6, hint=hint)

    def clean(self, value: Any) -> tuple[str, ...]:
        text: str = super().clean(value)
        try:
            return keywords.split(text)
        except keywords.TooMany:
            raise forms.ValidationError(_("Слишком много: не больше %d слов и выражений.") % keywords.MOST) from None
        except keywords.TooLong as long:
            shown = str(long)[: keywords.MOST_LETTERS]
            raise forms.ValidationError(
                _("Слишком длинно: «%s». Оставьте до трёх слов или поставьте запятую.") % shown
            ) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Commas and case say nothing; whatever stands may be longer than what may be typed now."""
        try:
            return self.clean(data) != self.clean(initial)
        except forms.ValidationError:
            return True


class ThemeForm(forms.Form):
    """A theme as it stands, or a new one. `seen` carries what the editor saw when he opened the page."""

    kept = ("name", "kind", "severity", "fast_track", "keywords", "seen")

    def __init__(self, data: Any, here: Theme | None = None) -> None:
        super().__init__(data, initial=_initial(here) if here else {"kind": Theme.Kind.SOLVABLE, "severity": 2})
        self.fields["name"] = Line(_("Название"), 250)
        self.fields["kind"] = choice(_("Вид"), Theme.Kind.choices, _("Его предложат для карточек с этой темой."))
        self.fields["severity"] = choice(
            _("Тяжесть"), SEVERITIES, _("С неё машина начинает, когда решает, что срочно.")
        )
        self.fields["fast_track"] = tick(_("Фасттрек"), _("Отвечать по короткому сроку."))
        self.fields["keywords"] = Keywords()
        self.fields["seen"] = Seen()

    def as_input(self) -> ThemeInput:
        """What was typed, as values; only when the form is valid."""
        typed = self.cleaned_data
        return ThemeInput(typed["name"], typed["kind"], int(typed["severity"]), typed["fast_track"], typed["keywords"])


class NewThemeForm(ThemeForm):
    """A theme in a group. Its code begins with the group's, as all codes of the classifier do."""

    field_order = ("group", "name", "code")

    def __init__(self, data: Any, groups: dict[int, ThemeGroup], group: int = 0) -> None:
        super().__init__(data)
        self.groups = groups
        offered = [("", _("выберите")), *((pk, one.name) for pk, one in groups.items())]
        self.fields["group"] = Pick(_("Группа"), offered, True)
        self.initial["group"] = group or None
        hint = _("Латинскими буквами, например pesok-vo-dvore. Потом не меняется: по коду темы сверяют выгрузки.")
        self.fields["code"] = Line(_("Код"), MOST_CODE, hint=hint)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """`code` becomes the whole code; who typed it whole is understood as well."""
        cleaned_data = super().clean() or self.cleaned_data
        group = self.groups.get(cleaned_data.get("group") or 0)
        if group is None or "code" not in cleaned_data:
            return cleaned_data
        own = cleaned_data["code"].lower().removeprefix(f"{group.code}.")
        if not _SLUG.fullmatch(own):
            self.add_error("code", _("Так не подойдёт: только латинские буквы, цифры и дефис между ними."))
        elif len(whole := f"{group.code}.{own}") > MOST_CODE:
            self.add_error("code", _("Слишком длинно вместе с кодом группы: не больше %d знаков.") % MOST_CODE)
        else:
            cleaned_data["code"] = whole
        return cleaned_data


class RetirementForm(forms.Form):
    """`today` is the first day that may be chosen."""

    on = Day(gettext_lazy("С какого дня"), required=True, hint=gettext_lazy("В этот день тему уже не предложат."))

    def __init__(self, data: Any, today: date, here: Theme) -> None:
        super().__init__(data, initial={"on": here.retired_on or today})
        self.today = today

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on < self.today:
            raise forms.ValidationError(_("Этот день уже прошёл. Выберите сегодняшний или любой позже."))
        return on


def theme_for(pk: int) -> Theme:
    theme_row = Theme.objects.select_related("group__classifier").filter(pk=pk).first()
    if theme_row is None:
        raise Http404
    return theme_row


def groups_now() -> dict[int, ThemeGroup]:
    """Those of the newest version first. One query."""
    groups = ThemeGroup.objects.select_related("classifier")
    return {one.pk: one for one in groups.order_by("-classifier__in_force_from", "-classifier", "name", "pk")}


@require_http_methods(["GET", "HEAD", "POST"])
@administers("classifier")
def addition(request: HttpRequest) -> HttpResponse:
    """A new theme touches nothing but itself: nothing can name it yet."""
    groups = groups_now()
    group = integer(request.GET.get("group"))
    form = NewThemeForm(request.POST if request.method == "POST" else None, groups, group if group in groups else 0)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            made = verbs.add(groups[typed["group"]], typed["code"], form.as_input(), _actor(request), clock.now())
        except Refused as refused:
            form.add_error(refused.code, _taken(refused))
        else:
            messages.success(request, _("Тема добавлена: её уже можно выбрать, и машина её узнаёт."))
            return HttpResponseRedirect(reverse("admin-theme", args=[made.pk]))
    return framed(request, "classifier", "desk/admin/theme.html", {"form": form}, 422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("classifier")
def theme(request: HttpRequest, pk: int) -> HttpResponse:
    """One theme: the form; then what names it; then, with `sure`, the change."""

    def save(here: Theme, form: ThemeForm, _by: User, _now: datetime) -> HttpResponse:
        return _saved(request, form, here) if is_sure(request) else _asked(request, form, here)

    return edit(
        *(request, lambda: theme_for(pk), ThemeForm, _page),
        seen=verbs.seen,
        save=save,
        late=_("Пока вы писали, тему изменил кто-то ещё. Сверьте поля и сохраните снова."),
        fault=lambda refused, _form: (refused.code, _taken(refused)),
    )


def _page(request: HttpRequest, form: ThemeForm, here: Theme, status: int) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "theme": here,
        "weight": weight(here),
        "lines": lines_about(f"theme:{here.pk}"),
        "today": timezone.localdate(),
    }
    return framed(request, "classifier", "desk/admin/theme.html", context, status)


def _asked(request: HttpRequest, form: ThemeForm, here: Theme) -> HttpResponse:
    theme_input = form.as_input()
    usage = weight(here)
    figures = [*_changes(here, theme_input), *figures_of(usage)]
    if usage.cards or usage.suggested:
        figures.append(_("Вид и срочность у этих карточек не изменятся: новое действует для следующих сообщений."))
    outlook = _limits_with(here, theme_input.fast_track) if theme_input.fast_track != here.fast_track else None
    if outlook is not None:
        figures.append(_limits_words(outlook))
    grave = outlook is not None and bool(outlook.late)
    kept = [Hidden(name, request.POST.get(name, "")) for name in form.kept if name in request.POST]
    back = reverse("admin-theme", args=[here.pk])
    return ask(request, "classifier", Sure(_("Сохранить тему?"), figures, _("Сохранить"), back, kept, grave=grave))


def _limits_with(here: Theme, fast_track: bool) -> calendars.Outlook:
    return calendars.outlook(ground_with(here, fast_track), clock.now())


def _limits_words(outlook: calendars.Outlook) -> str:
    if not outlook.cards:
        return _("Ни у одной карточки, которой идёт срок, он не изменится.")
    figures = {"cards": outlook.cards, "late": outlook.late}
    return _("Изменится срок у карточек: %(cards)d, из них сразу станут просроченными: %(late)d.") % figures


def _changes(here: Theme, theme_input: verbs.ThemeInput) -> list[str]:
    """The change itself, in sentences; "" for what stays is left out."""
    added = [word for word in theme_input.keywords if word not in here.keywords]
    dropped = [word for word in here.keywords if word not in theme_input.keywords]
    sentences = [
        _("Название: %s.") % theme_input.name if theme_input.name != here.name else "",
        _("Вид: %s.") % Theme.Kind(theme_input.kind).label if theme_input.kind != here.kind else "",
        _("Тяжесть: была %(was)d, станет %(now)d.") % {"was": here.severity, "now": theme_input.severity}
        if theme_input.severity != here.severity
        else "",
        _("Новые ключевые слова: %s.") % ", ".join(added) if added else "",
        _("Убраны ключевые слова: %s.") % ", ".join(dropped) if dropped else "",
    ]
    if theme_input.fast_track != here.fast_track:
        sentences.append(_("Тема попадёт в фасттрек.") if theme_input.fast_track else _("Тема уйдёт из фасттрека."))
    return [one for one in sentences if one] or [_("Вы ничего не изменили.")]


def _saved(request: HttpRequest, form: ThemeForm, here: Theme) -> HttpResponse:
    theme_input = form.as_input()
    changed = verbs.change(here.pk, theme_input, form.cleaned_data[SEEN], _actor(request), clock.now())
    if changed and theme_input.fast_track != here.fast_track:
        return _limits_moved(request, here)
    return written(request, changed, reverse("admin-theme", args=[here.pk]))


def _limits_moved(request: HttpRequest, here: Theme) -> HttpResponse:
    """Clocks that run follow the theme, as they follow a norm: their limits move, their starts do not."""
    moved = after = 0
    for _piece in range(PIECES):
        piece = calendars.move_limits(after, user_of(request), clock.now())
        moved, after = moved + piece.moved, piece.last
        if not piece.left:
            messages.success(request, _("Записано. Сроков пересчитано: %d.") % moved)
            return HttpResponseRedirect(reverse("admin-theme", args=[here.pk]))
    messages.success(request, _("Записано. Сроков пересчитано: %d. Осталось просмотреть.") % moved)
    return HttpResponseRedirect(f"{reverse('admin-running')}?after={after}&left={piece.left}")


@require_http_methods(["GET", "HEAD", "POST"])
@administers("classifier")
def retirement(request: HttpRequest, pk: int) -> HttpResponse:
    """The first day without the theme, today or later. Nothing is deleted: whatever names it goes on naming it."""
    here, today = theme_for(pk), timezone.localdate()
    back = reverse("admin-theme", args=[here.pk])
    form = RetirementForm(request.POST if request.method == "POST" else None, today, here)
    if not form.is_valid():
        context = {"form": form, "theme": here}
        return framed(request, "classifier", "desk/admin/theme_retirement.html", context, 422 if form.errors else 200)
    on = form.cleaned_data["on"]
    if not is_sure(request):
        figures = [_("Не предлагать с %s.") % on.strftime("%d.%m.%Y"), *_without(weight(here))]
        kept = [Hidden("on", on.isoformat()), Hidden(SEEN, verbs.end_seen(here))]
        title = _("Вывести тему: %s?") % here.name
        return ask(request, "classifier", Sure(title, figures, _("Вывести"), back, kept, grave=True))
    try:
        verbs.retire(here.pk, on, request.POST.get(SEEN, ""), today, _actor(request), clock.now())
    except Refused:
        messages.error(request, _("Пока вы смотрели, тему вывел или вернул кто-то ещё. Ничего не изменено."))
    else:
        messages.success(request, _("Записано."))
    return HttpResponseRedirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("classifier")
def comeback(request: HttpRequest, pk: int) -> HttpResponse:
    """The theme is in force again, with the rules and templates that name it."""
    here = theme_for(pk)
    back = reverse("admin-theme", args=[here.pk])
    if request.method != "POST" or not is_sure(request):
        figures = [_("Её снова можно выбрать, и машина снова её узнаёт."), *figures_of(weight(here))]
        title = _("Вернуть тему: %s?") % here.name
        return ask(request, "classifier", Sure(title, figures, _("Вернуть"), back))
    try:
        verbs.bring_back(here.pk, _actor(request), clock.now())
    except Refused:
        messages.error(request, _("Тема уже действует. Ничего не изменено."))
    else:
        messages.success(request, _("Тема снова действует."))
    return HttpResponseRedirect(back)


def figures_of(usage: Weight) -> list[str]:
    """What names the theme, in sentences."""
    if usage.nothing:
        return [_("Ни карточек, ни правил, ни шаблонов с этой темой нет.")]
    return [
        _("Открытых карточек с этой темой: %d.") % usage.cards,
        _("Новых карточек, которым её подсказала машина: %d.") % usage.suggested,
        _("Правил: %(rules)d, шаблонов: %(templates)d, своих сроков ответа: %(norms)d.")
        % {"rules": usage.rules, "templates": usage.templates, "norms": usage.norms},
    ]


def _without(usage: Weight) -> list[str]:
    """What it means for each that the theme goes."""
    figures = figures_of(usage)
    if usage.cards or usage.suggested:
        figures.append(_("У этих карточек она останется, новым её не предложат."))
    if usage.rules or usage.templates:
        figures.append(_("Эти правила и шаблоны не удалятся, но для новых карточек перестанут подходить."))
    return figures


def _taken(refused: Refused) -> str:
    if refused.code == "code":
        return _("Такой код уже есть. Придумайте другой или откройте ту тему через поиск.")
    if refused.code == "coming":
        return _("Этот код займёт новая версия классификатора, когда вступит в силу. Придумайте другой.")
    return _("Тема с таким названием в этой группе уже есть. Назовите иначе или откройте ту.")


def _actor(request: HttpRequest) -> str:
    return f"user:{user_of(request).pk}"


def _initial(here: Theme) -> dict[str, Any]:
    return {
        "name": here.name,
        "kind": here.kind,
        "severity": here.severity,
        "fast_track": here.fast_track,
        "keywords": ", ".join(here.keywords),
        "seen": seen(here),
    }

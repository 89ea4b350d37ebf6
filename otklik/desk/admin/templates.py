"""«Шаблоны»: texts that answers are begun from. An agency's administrator keeps those of his agencies."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from otklik.answers import keeping
from otklik.answers.keeping import TemplateInput
from otklik.answers.models import ASKING, Answer, Template
from otklik.answers.ready import HELPED
from otklik.answers.templates import LINK, NAMES, cut, facts_of, fill, strange
from otklik.desk.admin.about import MatterField, Matters, code_of
from otklik.desk.admin.editing import SEEN, Seen, edit, written
from otklik.desk.admin.fields import Words, choice
from otklik.desk.admin.forms import Line, Pick, agency_choices
from otklik.desk.admin.frame import Sure, administers, ask, framed, is_sure
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.gate import integer, user_of
from otklik.desk.listing import Key, Listing, by_words, one_of, with_words
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.people.scope import Scope, scope_of

LIST = Listing((Key("pk", falling=True),), {"q": by_words, "kind": one_of(Answer.Kind.values)}, size=50)
WORDED = ("title", "text", "theme__name", "group__name", "agency__short_name")
MOST_TEXT = 4000
MOST_WRONG = 3
_GONE = gettext_lazy("Этого шаблона уже нет: кто-то успел раньше.")


# They are words of the templates, not of the interface: the same in every language.
HOLES = ", ".join(f"{{{name}}}" for name in NAMES)


class TemplateForm(forms.Form):
    """Survey texts are for everybody: feedback knows of one alone."""

    title = Line(gettext_lazy("Название"), 120)
    text = Words(
        gettext_lazy("Текст"),
        MOST_TEXT,
        rows=8,
        hint=format_lazy("{words} {holes}", words=gettext_lazy("Заполнятся сами, а в опросе {link}:"), holes=HOLES),
    )
    card = Line(gettext_lazy("Показать на карточке №"), 12, required=False, hint=gettext_lazy("Номер для просмотра."))

    field_order = ("kind", "title", "about", "agency", "text", "card")

    def __init__(self, data: Any, scope: Scope, here: Template | None = None, ready: str = "") -> None:
        super().__init__(data, initial=_initial(here) if here else _ready(ready))
        self.matters = Matters(here.theme_id if here else None)
        self.agencies = {one.pk: one for one in scope.agencies().filter(Q(active=True) | Q(pk=_agency(here)))}
        everybody = _("для всех ведомств") if scope.whole else None
        self.fields["kind"] = choice(_("Вид ответа"), Answer.Kind.choices)
        self.fields["about"] = MatterField(_("О чём"), self.matters, _("любая тема"))
        self.fields["agency"] = Pick(_("Чей"), agency_choices(self.agencies, everybody), not scope.whole)
        self.fields["seen"] = Seen()
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        if (
            cleaned_data.get("kind") == Answer.Kind.SURVEY
            and "text" in cleaned_data
            and LINK not in cleaned_data["text"]
        ):
            self.add_error("text", _("В тексте опроса нужно место для ссылки. Впишите {link}."))
        if cleaned_data.get("kind") in ASKING and (cleaned_data.get("about") or cleaned_data.get("agency")):
            self.add_error("kind", _("Текст опроса один для всех: уберите тему и ведомство."))
        return cleaned_data

    def as_input(self) -> TemplateInput:
        typed = self.cleaned_data
        theme, group = self.matters.read(typed["about"])
        agency = self.agencies.get(typed["agency"] or 0)
        return TemplateInput(typed["title"], typed["kind"], typed["text"], theme, group, agency)


def _ready(kind: str) -> dict[str, Any]:
    """What a new one begins with: a question that comes along, where somebody has asked for it."""
    title, text = HELPED.get(kind, ("", ""))
    return {"kind": kind, "title": title, "text": text} if text else {"kind": Answer.Kind.FINAL}


def _agency(here: Template | None) -> int | None:
    return here.agency_id if here else None


def _initial(here: Template) -> dict[str, Any]:
    about = code_of(here.theme_id, here.group_id)
    initial = {"title": here.title, "kind": here.kind, "text": here.text, "about": about, "agency": here.agency_id}
    return {**initial, "seen": keeping.seen(here)}


def kept_by(scope: Scope) -> QuerySet[Template]:
    """The templates that this administrator keeps."""
    queryset = Template.objects.select_related("theme", "group", "agency")
    return queryset if scope.whole else queryset.filter(agency__in=scope.agencies())


def template_for(request: HttpRequest, pk: int) -> Template:
    return get_object_or_404(kept_by(scope_of(user_of(request), Permission.TUNE)), pk=pk)


@require_safe
@administers("templates")
def templates(request: HttpRequest) -> HttpResponse:
    """Four queries beside the frame's."""
    scope = scope_of(user_of(request), Permission.TUNE)
    chosen = LIST.chosen(request.GET)
    queryset = kept_by(scope).filter(with_words(chosen["q"], WORDED))
    queryset = queryset.filter(kind=chosen["kind"]) if chosen["kind"] else queryset
    here = LIST.page(queryset, request.GET)
    context = {
        "templates": here.rows,
        "count": queryset.count(),
        "next": here.following,
        "chosen": chosen,
        "kinds": Answer.Kind.choices,
        "offers": _offers() if scope.whole and not chosen.narrowed else [],
    }
    return framed(request, "templates", "desk/admin/templates.html", context)


def _offers() -> list[tuple[str, str, str]]:
    """Kind, its title and text of each question that comes along and that this installation has none of: an older one
    is offered them and decides itself."""
    there = set(Template.objects.filter(kind__in=HELPED).values_list("kind", flat=True))
    return [(kind, str(Answer.Kind(kind).label), text) for kind, (_title, text) in HELPED.items() if kind not in there]


@require_http_methods(["GET", "HEAD", "POST"])
@administers("templates")
def addition(request: HttpRequest) -> HttpResponse:
    return _edited(request, lambda: None)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("templates")
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """One template. A change touches nothing but itself; «Показать» fills it from a card and saves nothing."""
    return _edited(request, lambda: template_for(request, pk))


def _edited(request: HttpRequest, find: Callable[[], Template | None]) -> HttpResponse:
    scope, ready = scope_of(user_of(request), Permission.TUNE), request.GET.get("ready", "")

    def save(here: Template | None, form: TemplateForm, by: User, now: datetime) -> HttpResponse:
        if "show" in request.POST:
            pieces = _filled(request, form)
            return _page(request, form, here, 422 if form.errors else 200, pieces)
        changed = True
        try:
            if here is None:
                here = keeping.add(form.as_input(), by, now)
            else:
                changed = keeping.change(here, form.as_input(), form.cleaned_data[SEEN], by, now)
        except Refused as refused:
            if refused.code != "late":
                raise
            messages.error(request, _GONE)
            return HttpResponseRedirect(reverse("admin-templates"))
        return written(request, changed, reverse("admin-template", args=[here.pk]))

    return edit(
        request,
        find,
        lambda data, here: TemplateForm(data, scope, here, ready),
        _page,
        seen=lambda here: keeping.seen(here) if here else "",
        save=save,
        late=_("Пока вы писали, шаблон изменил кто-то ещё. Сверьте поля и сохраните снова."),
        fault=_against,
    )


def _page(
    request: HttpRequest,
    form: TemplateForm,
    here: Template | None,
    status: int,
    pieces: Sequence[tuple[str, bool]] = (),
) -> HttpResponse:
    lines = lines_about(f"template:{here.pk}") if here else []
    context = {"form": form, "template": here, "pieces": pieces, "lines": lines}
    return framed(request, "templates", "desk/admin/template.html", context, status)


def _against(refused: Refused, form: TemplateForm) -> tuple[str, str]:
    """The field that the house does not take, and why."""
    if refused.code == "title":
        return "title", _(
            "Шаблон этого вида с таким названием здесь уже есть. Назовите иначе: в списке их не различить."
        )
    survey = form.cleaned_data["kind"] in ASKING
    wrong = ", ".join(f"«{one}»" for one in strange(form.cleaned_data["text"], survey)[:MOST_WRONG])
    if survey:
        return "text", _("В опросе заполнится только {link}. Уберите или исправьте: %s.") % wrong
    return "text", _("Это ничем не заполнится: %(wrong)s. Есть такие: %(known)s.") % {"wrong": wrong, "known": HOLES}


def _filled(request: HttpRequest, form: TemplateForm) -> list[tuple[str, bool]]:
    """The text as it would stand on a card that the reader sees: the one he names, or the newest. Open holes marked."""
    cards = visible_to(user_of(request)).select_related("place", "agency").filter(links__main=True).order_by("-pk")
    number = integer(form.cleaned_data["card"].lstrip("№ "))
    incident: Incident | None = (cards.filter(number=number) if form.cleaned_data["card"] else cards).first()
    if incident is None:
        form.add_error("card", _("Такой карточки вы не видите. Проверьте номер или оставьте пусто."))
        return []
    message = incident.links.select_related("message__author").get(main=True).message
    return cut(fill(form.cleaned_data["text"], facts_of(incident, message)))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("templates")
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    here = template_for(request, pk)
    back = reverse("admin-template", args=[here.pk])
    if request.method == "POST" and is_sure(request):
        try:
            keeping.remove(here, user_of(request), clock.now())
        except Refused:
            messages.error(request, _GONE)
        else:
            messages.success(request, _("Шаблон удалён."))
        return HttpResponseRedirect(reverse("admin-templates"))
    figures = [_("Его перестанут предлагать. Начатые по нему ответы сохранят свой текст.")]
    others = Template.objects.filter(kind=Answer.Kind.SURVEY).exclude(pk=here.pk)
    if here.kind == Answer.Kind.SURVEY and not others.exists():
        figures.append(_("Это последний текст опроса: без него ссылки на опрос отправляться не будут."))
    others = Template.objects.filter(kind=Answer.Kind.ASK).exclude(pk=here.pk)
    if here.kind == Answer.Kind.ASK and not others.exists():
        figures.append(_("Это последний вопрос под ответом: без него под комментариями спрашивать не будут."))
    sure = Sure(_("Удалить шаблон: %s?") % here.title, figures, _("Удалить"), back, grave=True)
    return ask(request, "templates", sure)

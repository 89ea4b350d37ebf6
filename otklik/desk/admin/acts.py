"""What an administrator does to somebody's sign-in and grants. Whatever touches more than one row is asked first."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.admin.editing import carry_out
from otklik.desk.admin.facts import OPEN, in_hand
from otklik.desk.admin.forms import GrantForm
from otklik.desk.admin.frame import Hidden, Sure, Way, administers, ask, framed, is_sure
from otklik.desk.admin.link import Link, shown_link
from otklik.desk.admin.people import person_for
from otklik.desk.admin.words import why
from otklik.desk.gate import user_of
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.people import accounts, invitations, sessions
from otklik.people.access import NEED_AN_AGENCY
from otklik.people.accounts import Reach
from otklik.people.models import Grant, User
from otklik.people.scope import scope_of

Act = Callable[[User, User, datetime], None]


def _owned(request: HttpRequest, pk: int) -> User:
    """Somebody all of whose grants lie within; 403 when he is seen but is more than this administrator's own."""
    user = person_for(request, pk)
    if not scope_of(user_of(request)).owns(user):
        raise PermissionDenied
    return user


def _back(user: User) -> str:
    return reverse("admin-person", args=[user.pk])


def _do(request: HttpRequest, user: User, act: Act, done: str) -> HttpResponse:
    return carry_out(request, partial(act, user), done, _back(user))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("people")
def blocking(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what he has in hand, POST blocks."""
    user = _owned(request, pk)
    if user.pk == request.user.pk:
        return _not_oneself(request, user)
    if request.method == "POST":
        return _do(request, user, accounts.block, _("Вход закрыт: %s.") % user)
    hand = in_hand(user)
    figures = [_("Вход закроется сразу, вместе с открытыми сессиями. Неиспользованная ссылка перестанет действовать.")]
    if hand.words:
        figures.insert(0, _("В работе: %s. Всё останется за этим человеком, пока вы не передадите.") % hand.words)
    title = _("Заблокировать: %s?") % user
    way = _handover(user) if hand.words else None
    return ask(request, "people", Sure(title, figures, _("Заблокировать"), _back(user), grave=True, way=way))


def _not_oneself(request: HttpRequest, user: User) -> HttpResponse:
    """Said at once: a question that can only be refused is not asked."""
    messages.error(request, why(Refused("self")))
    return HttpResponseRedirect(_back(user))


def _handover(user: User) -> Way:
    return Way(reverse("admin-person-handover", args=[user.pk]), _("Передать карточки"))


@require_POST
@administers("people")
def unblocking(request: HttpRequest, pk: int) -> HttpResponse:
    user = _owned(request, pk)
    done = _("Вход снова открыт: %s.") % user
    if not user.has_usable_password():
        done = _("Вход снова открыт: %s. Пароля ещё нет, сделайте новую ссылку.") % user
    return _do(request, user, accounts.unblock, done)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@administers("people")
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """A new one-time link. For somebody with a password this is said first: the password stops working."""
    user, by = _owned(request, pk), user_of(request)
    if user.pk == by.pk:
        return _not_oneself(request, user)
    if request.method == "POST":
        try:
            token = invitations.renew(user, by, clock.now())
        except Refused as refused:
            messages.error(request, why(refused))
            return HttpResponseRedirect(_back(user))
        return shown_link(request, Link(user, token))
    figures = [_("Прежние ссылки перестанут действовать.")]
    if user.has_usable_password():
        figures.append(_("Нынешний пароль перестанет действовать сразу, открытые сессии закроются."))
    title = _("Новая ссылка для входа: %s?") % user
    return ask(request, "people", Sure(title, figures, _("Сделать ссылку"), _back(user)))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("people")
def sessions_ending(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's open sessions, all at once: a lost laptop, a shared desk."""
    user = _owned(request, pk)
    if user.pk == request.user.pk:
        return HttpResponseRedirect(reverse("usersessions_list"))
    if request.method == "POST":
        return _do(request, user, sessions.end_all, _("Открытые входы закончены."))
    figures = [
        _("Все, кто сейчас работает под этим именем, сразу окажутся на странице входа."),
        _("Пароль остаётся прежним. Если его мог узнать чужой, сделайте и новую ссылку для входа."),
    ]
    title = _("Закончить все открытые входы: %s?") % user
    return ask(request, "people", Sure(title, figures, _("Закончить"), _back(user), grave=True))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("people")
def second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    user = _owned(request, pk)
    if user.pk == request.user.pk:
        return HttpResponseRedirect(reverse("mfa_index"))
    if request.method == "POST":
        return _do(request, user, accounts.reset_second_factor, _("Второй фактор снят."))
    figures = [
        _("Пока второй фактор не настроят заново, для входа хватит одного пароля."),
        _("Открытые входы закончатся. Кому второй фактор обязателен, тот сначала настроит его заново."),
        _("Снимайте, только если уверены, кто просит: например, потерян телефон."),
    ]
    title = _("Снять второй фактор: %s?") % user
    return ask(request, "people", Sure(title, figures, _("Снять второй фактор"), _back(user), grave=True))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("people")
def grants(request: HttpRequest, pk: int) -> HttpResponse:
    """One more grant: the form, then what it opens, then, with `sure`, the grant."""
    user, by = person_for(request, pk), user_of(request)
    form = GrantForm(request.POST if request.method == "POST" else None, scope_of(by))
    if not form.is_valid():
        context = {"form": form, "person": user}
        return framed(request, "people", "desk/admin/grant.html", context, 422 if form.errors else 200)
    reach = form.reach()
    if is_sure(request):
        return _do(request, user, _giving(reach), _("Полномочие дано."))
    kept = [Hidden(name, request.POST.get(name, "")) for name in ("role", "agency", "place")]
    figures = [grant_words(reach), sees_words(reach)]
    title = _("Дать полномочие: %s?") % user
    return ask(request, "people", Sure(title, figures, _("Дать полномочие"), _back(user), kept))


def _giving(reach: Reach) -> Act:
    def act(user: User, by: User, at: datetime) -> None:
        accounts.give(user, reach, by, at)

    return act


@require_http_methods(["GET", "HEAD", "POST"])
@administers("people")
def grant_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what goes with it, POST takes it away. A grant that reaches further than one's own is 403."""
    grant = Grant.objects.select_related("agency", "place", "user", "made").filter(pk=pk).first()
    if grant is None:
        raise Http404
    user, by = person_for(request, grant.user_id), user_of(request)
    if not scope_of(by).covers(grant.agency, grant.place):
        raise PermissionDenied
    if request.method == "POST":
        return _take(request, user, grant)
    reach = Reach(grant.role, grant.agency, grant.place, grant.made)
    figures = [grant_words(reach), sees_words(reach)]
    if user.grants.count() == 1:
        figures.append(_("Это последнее полномочие: войти будет можно, но не будет видно ничего."))
    if hand := in_hand(user).words:
        figures.append(_("В работе: %s. Всё останется за этим человеком, пока вы не передадите.") % hand)
    way = _handover(user) if hand and scope_of(by).owns(user) else None
    title = _("Снять полномочие: %s?") % user
    return ask(request, "people", Sure(title, figures, _("Снять полномочие"), _back(user), grave=True, way=way))


def _take(request: HttpRequest, user: User, grant: Grant) -> HttpResponse:
    try:
        accounts.take_away(grant, user_of(request), clock.now())
    except Refused as refused:
        messages.error(request, why(refused))
        return HttpResponseRedirect(_back(user))
    messages.success(request, _("Полномочие снято."))
    if user.pk == request.user.pk:  # perhaps he is no administrator any more
        return HttpResponseRedirect(reverse("home"))
    # Whoever has no grant left within is no longer in sight of a subtree's administrator.
    seen = scope_of(user_of(request)).people().filter(pk=user.pk).exists()
    return HttpResponseRedirect(_back(user) if seen else reverse("admin-people"))


def grant_words(reach: Reach) -> str:
    """«Оператор, все ведомства, вся территория»."""
    role = reach.title
    agency = reach.agency.short_name if reach.agency else _("все ведомства")
    place = reach.place.name if reach.place else _("вся территория")
    return f"{role[:1].upper()}{role[1:]}: {agency}, {place}."


def sees_words(reach: Reach) -> str:
    """The same question as `people.access.reach` asks of a grant, as a figure."""
    opened = Q(pk__in=[]) if reach.agency is None and reach.role in NEED_AN_AGENCY else Q()
    if reach.agency:
        opened &= Q(agency__path__startswith=reach.agency.path)
    if reach.place:
        opened &= Q(place__path__startswith=reach.place.path) | Q(place__isnull=True)
    count = Incident.objects.filter(OPEN & opened).count()
    return _("Сейчас через него видно открытых карточек: %d.") % count

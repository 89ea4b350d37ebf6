"""«Замещение»: somebody asks a colleague to stand in for him, or an administrator sets it for his people."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.gate import integer, permitted, user_of
from otklik.journal import book
from otklik.lib import clock
from otklik.lib.days import begin_of
from otklik.lib.refusal import Refused
from otklik.people import substituting
from otklik.people.access import has
from otklik.people.models import Substitution, User
from otklik.people.permissions import Permission
from otklik.people.scope import scope_of
from otklik.work.models import Notice
from otklik.work.notices import tell


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(*Permission)
def page(request: HttpRequest) -> HttpResponse:
    """By days, both inclusive, by the region's wall clock; today begins at once."""
    user, now = user_of(request), clock.now()
    if request.method != "POST":
        return _shown(request, user)
    absent = _absent(request, user)
    deputy = _people().filter(pk=integer(request.POST.get("deputy"))).first()
    first, last = _day(request.POST.get("since")), _day(request.POST.get("until"))
    if deputy is None or first is None or last is None:
        return _shown(request, user, _("Не записано: выберите коллегу и укажите первый и последний день."))
    try:
        with book.turn():
            made = substituting.begin(absent, deputy, max(first, now), last + timedelta(days=1), user, now)
            if made.agreed_at is None:
                tell([deputy], Notice.Kind.STAND_IN, by=user, at=now)
    except Refused as refusal:
        return _shown(request, user, _why(refusal.code))
    if made.agreed_at is None:
        messages.success(request, _("Коллеге отправлена просьба: замещение начнётся, когда он согласится."))
    else:
        messages.success(request, _("Замещение записано. Права вернутся сами."))
    return redirect("substitution")


@require_POST
@permitted(*Permission)
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever was asked to stand in does. To anybody else there is no such thing."""
    user, now = user_of(request), clock.now()
    substitution = Substitution.objects.select_related("absent", "deputy").filter(pk=pk, deputy=user).first()
    if substitution is None:
        raise Http404
    try:
        with book.turn():
            substituting.agree(substitution, now)
            tell([substitution.absent], Notice.Kind.SUBSTITUTE_AGREED, by=user, at=now)
        messages.success(request, _("Вы замещаете коллегу. Права вернутся сами."))
    except Refused as refusal:
        messages.error(request, _why(refusal.code))
    return redirect("substitution")


@require_POST
@permitted(*Permission)
def ending(request: HttpRequest, pk: int) -> HttpResponse:
    """For the person who is away, his administrators, and the substitute who declines; anybody else gets 404."""
    user, now = user_of(request), clock.now()
    substitution = Substitution.objects.select_related("absent").filter(pk=pk).first()
    refuses = substitution is not None and substitution.deputy_id == user.pk and substitution.agreed_at is None
    if substitution is None or not (
        refuses or substitution.absent_id == user.pk or _administers(user, substitution.absent)
    ):
        raise Http404
    try:
        with book.turn():
            substituting.end(substitution, user, now)
            if refuses:
                tell([substitution.absent], Notice.Kind.SUBSTITUTE_DECLINED, by=user, at=now)
        messages.success(request, _("Вы отказались.") if refuses else _("Замещение снято."))
    except Refused:
        messages.error(request, _("Оно уже кончилось."))
    return redirect("substitution")


def _absent(request: HttpRequest, user: User) -> User:
    """The user himself, or one of those whom he administers."""
    wanted = integer(request.POST.get("absent"))
    if not wanted or wanted == user.pk:
        return user
    other = User.objects.filter(pk=wanted).first()
    if other is None or not _administers(user, other):
        raise PermissionDenied
    return other


def _administers(user: User, other: User) -> bool:
    return has(user, Permission.ADMINISTRATE) and scope_of(user).owns(other)


def _shown(request: HttpRequest, user: User, problem: str = "") -> HttpResponse:
    now = clock.now()
    manages = has(user, Permission.ADMINISTRATE)
    facts = {
        "mine": substituting.about(user, now),
        "theirs": substituting.of_people(scope_of(user).people(), user, now) if manages else [],
        "people": list(_people().exclude(pk=user.pk).order_by("last_name", "pk")[:1000]),
        "absent": list(scope_of(user).people().filter(is_active=True).order_by("last_name")[:1000]) if manages else [],
        "typed": request.POST,
        "now": now,
        "problem": problem,
    }
    return render(request, "desk/alerting/substitution.html", facts, status=409 if problem else 200)


def _people() -> QuerySet[User]:
    return User.objects.filter(is_active=True, grants__isnull=False).distinct()


def _day(typed: str | None) -> datetime | None:
    """Midnight at the beginning of the day."""
    try:
        day = datetime.fromisoformat((typed or "")[:10]).date()
    except ValueError:
        return None
    return begin_of(day) if 2000 < day.year < 2200 else None


def _why(code: str) -> str:
    return {
        "self": _("Замещать самого себя нельзя."),
        "order": _("Последний день раньше первого."),
        "past": _("Эти дни уже прошли."),
        "long": _("Замещение длиннее трёх месяцев: разделите его."),
        "blocked": _("Один из двоих заблокирован."),
        "double": _("В эти дни его уже замещают."),
        "loop": _("В эти дни коллега сам отсутствует."),
        "late": _("Оно уже кончилось."),
        "chain": _("В эти дни он сам кого-то замещает: сначала снимите то замещение."),
    }[code]

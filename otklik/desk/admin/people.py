"""«Люди»: the list, one person's page, inviting and renaming. What is done to a sign-in is in acts.py."""

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.editing import SEEN, edit, written
from otklik.desk.admin.facts import in_hand
from otklik.desk.admin.forms import InviteForm, RenameForm, agency_choices, scope_agencies
from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.link import Link, shown_link
from otklik.desk.gate import integer, user_of
from otklik.desk.listing import Chosen, Key, Listing, by_id, by_words, one_of, ordering, rows_after, with_words
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.lib.text import clean
from otklik.people import accounts
from otklik.people.accounts import Name
from otklik.people.factor import must_have
from otklik.people.invitations import token_for
from otklik.people.models import Grant, MadeRole, Role, User
from otklik.people.scope import Scope, scope_of

STATES = {
    "active": gettext_lazy("работают"),
    "waiting": gettext_lazy("ещё не задали пароль"),
    "blocked": gettext_lazy("заблокированы"),
}
LIST = Listing(
    (Key("last_name", str), Key("first_name", str), Key("pk")),
    {"q": by_words, "role": str, "state": one_of(STATES), "agency": by_id},
    size=50,
)
WORDED = ("last_name", "first_name", "patronymic", "username", "email")
_NO_PASSWORD = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)


@require_safe
@administers("people")
def people(request: HttpRequest) -> HttpResponse:
    """Seven queries beside the frame's."""
    scope = scope_of(user_of(request))
    chosen = LIST.chosen(request.GET)
    made = {one.key: one for one in MadeRole.objects.all()}
    chosen["role"] = role = one_of({*Role.values, *made})(chosen["role"])
    agencies = {agency.pk: agency for agency in scope_agencies(scope)}
    agency = agencies.get(chosen["agency"])
    chosen["agency"] = agency.pk if agency else 0
    grants = _grants_of(role, made.get(role), agency.path if agency else "")
    users = _narrowed(scope.people(), chosen["q"], grants, chosen["state"])
    page = list(with_grants(_after(users, request.GET))[: LIST.size + 1])
    context = {
        "chosen": chosen,
        "count": users.count(),
        "people": [(user, grants_within(user, scope)) for user in page[: LIST.size]],
        "next": _next(page[LIST.size - 1], chosen) if len(page) > LIST.size else "",
        "roles": [*Role.choices, *((key, one.name) for key, one in made.items())],
        "states": STATES.items(),
        "agencies": agency_choices(agencies, _("Все ведомства")),
    }
    return framed(request, "people", "desk/admin/people.html", context)


def _grants_of(role: str, made: MadeRole | None, path: str) -> QuerySet[Grant] | None:
    """The grants that somebody must have one of; None for any or none. A standing role is not one made upon it."""
    if not role and not path:
        return None
    grants = Grant.objects.filter(agency__path__startswith=path) if path else Grant.objects.all()
    if made is not None:
        return grants.filter(made=made)
    return grants.filter(role=role, made__isnull=True) if role else grants


def _narrowed(users: QuerySet[User], words: str, grants: QuerySet[Grant] | None, state: str) -> QuerySet[User]:
    users = users.filter(with_words(words, WORDED))
    if grants is not None:
        users = users.filter(pk__in=grants.values("user"))
    if state == "blocked":
        return users.filter(is_active=False)
    if state:
        users = users.filter(is_active=True)
        users = users.filter(_NO_PASSWORD) if state == "waiting" else users.exclude(_NO_PASSWORD)
    return users


def _after(users: QuerySet[User], asked: Any) -> QuerySet[User]:
    """By name, from the one that the last page ended with."""
    pk, last, first = (
        integer(asked.get("after")),
        clean(asked.get("last", "")[:150]),
        clean(asked.get("first", "")[:150]),
    )
    if pk > 0:
        users = users.filter(rows_after((last, first, pk), LIST.keys))
    return users.order_by(*ordering(LIST.keys))


def _next(user: User, chosen: Chosen) -> str:
    return f"?{chosen.query(after=user.pk, last=user.last_name, first=user.first_name)}"


def with_grants(users: QuerySet[User]) -> QuerySet[User]:
    """The users with all their grants, read in one query."""
    grants = Grant.objects.select_related("agency", "place", "made").order_by("pk")
    return users.prefetch_related(Prefetch("grants", queryset=grants))


def grants_within(user: User, scope: Scope) -> list[tuple[Grant, bool]]:
    """The grants of a prefetched user, and whether the administrator may take each away."""
    return [(grant, scope.covers(grant.agency, grant.place)) for grant in user.grants.all()]


def person_for(request: HttpRequest, pk: int) -> User:
    """Somebody whom this administrator sees; 404 otherwise, whether or not he exists."""
    user = with_grants(scope_of(user_of(request)).people()).filter(pk=pk).first()
    if user is None:
        raise Http404
    return user


@require_safe
@administers("people")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: who he is, what he may do, what he has in hand, and what was done about him."""
    user, scope = person_for(request, pk), scope_of(user_of(request))
    context = {
        "person": user,
        "self": user.pk == request.user.pk,
        "owned": scope.owns(user),
        "grants": grants_within(user, scope),
        "waiting": not user.has_usable_password(),
        "second_factor": accounts.has_second_factor(user),
        "factor_wanted": must_have(user),
        "hand": in_hand(user),
        "lines": lines_about(f"user:{user.pk}"),
        "whole": scope.whole,
    }
    return framed(request, "people", "desk/admin/person.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@administers("people")
def invitation(request: HttpRequest) -> HttpResponse:
    """«Пригласить»: the form, and after it the link to hand over, which is shown this once."""
    by = user_of(request)
    form = InviteForm(request.POST if request.method == "POST" else None, scope_of(by))
    if form.is_valid():
        cleaned_data = form.cleaned_data
        try:
            user = accounts.invite(cleaned_data["username"], _name(cleaned_data), form.reach(), by, clock.now())
        except Refused:
            form.add_error("username", _("Это имя уже занято. Добавьте, например, инициалы."))
        else:
            return shown_link(request, Link(user, token_for(user), fresh=True))
    status = 422 if form.errors else 200
    return framed(request, "people", "desk/admin/invite.html", {"form": form}, status)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("people")
def names(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name or address."""
    owner = person_for(request, pk)
    if not scope_of(user_of(request)).owns(owner):
        return framed(request, "people", "desk/admin/not_yours.html", {"person": owner}, 403)

    def save(user: User, form: RenameForm, by: User, now: datetime) -> HttpResponse:
        changed = accounts.rename(user, _name(form.cleaned_data), form.cleaned_data[SEEN], by, now)
        return written(request, changed, reverse("admin-person", args=[pk]))

    return edit(
        request,
        lambda: person_for(request, pk),
        lambda data, user: RenameForm(data, initial=_initial(user)),
        _named,
        seen=accounts.seen,
        save=save,
        late=_("Пока вы писали, имя или почту изменил кто-то ещё. Сверьте поля и сохраните снова."),
    )


def _named(request: HttpRequest, form: RenameForm, user: User, status: int) -> HttpResponse:
    return framed(request, "people", "desk/admin/names.html", {"form": form, "person": user}, status)


def _initial(user: User) -> dict[str, str]:
    initial = {"last": user.last_name, "first": user.first_name, "patronymic": user.patronymic}
    return {**initial, "email": user.email, "seen": accounts.seen(user)}


def _name(cleaned_data: dict[str, Any]) -> Name:
    return Name(cleaned_data["last"], cleaned_data["first"], cleaned_data["patronymic"], cleaned_data["email"])

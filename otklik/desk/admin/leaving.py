"""«Передать карточки»: what somebody who leaves has in hand goes to a colleague, who must be able to work with it."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.answers.leaving import pass_on
from otklik.desk.admin.facts import Hand, above, in_hand
from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.people import person_for
from otklik.desk.gate import integer, user_of
from otklik.incidents.models import Incident
from otklik.incidents.workflow import AGENCY, DESK
from otklik.lib import clock
from otklik.people.access import reach
from otklik.people.models import Grant, User
from otklik.people.permissions import Permission
from otklik.people.scope import Scope, scope_of
from otklik.work.undo import undoable

AT_ONCE = 100
"""Cards of one press: each is a transaction of its own, and a page should answer within seconds."""
MOST_COLLEAGUES = 500


@require_http_methods(["GET", "HEAD", "POST"])
@administers("people")
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """GET with `to` says how much would go to whom; POST does it."""
    leaver, by = person_for(request, pk), user_of(request)
    scope = scope_of(by)
    if not scope.owns(leaver):
        raise PermissionDenied
    colleagues = _colleagues(leaver, scope)
    asked = integer((request.POST if request.method == "POST" else request.GET).get("to"))
    to = next((one for one in colleagues if one.pk == asked), None)
    context: dict[str, object] = {"person": leaver, "colleagues": colleagues, "to": to, "most": AT_ONCE}
    status = 200
    if request.method == "POST" and to is None:
        context["trouble"], status = _("Выберите, кому передать."), 422
    elif request.method == "POST" and to is not None:
        context |= _pass(leaver, to, by)
    hand = in_hand(leaver)
    context["hand"] = hand
    if to is not None:
        fit = len(_fit(leaver, hand, to, by))
        context |= {"fit": fit, "unfit": len(hand.cards) - fit}
    return framed(request, "people", "desk/admin/handover.html", context, status)


def _pass(leaver: User, to: User, by: User) -> dict[str, object]:
    """Does the first AT_ONCE of them. `batch` is what takes all of them back."""
    now, batch, moved = clock.now(), str(uuid.uuid4()), 0
    for card in Incident.objects.filter(pk__in=_fit(leaver, in_hand(leaver), to, by)).order_by("pk")[:AT_ONCE]:
        with undoable([card], "pass_on", by, batch):
            moved += pass_on(card, leaver, to, by, now)
    words = _("Передано карточек: %d.") % moved
    return {"batch": batch if moved else "", "done": words}


def _fit(leaver: User, hand: Hand, to: User, by: User) -> set[int]:
    """Cards that this colleague may work with in the way the leaver did, and the administrator may give. One query."""
    taken, is_executor = Q(taken_by=leaver), Q(executor=leaver)
    as_operator = ~taken | reach(to, DESK)
    as_executor = (taken & ~is_executor) | reach(to, AGENCY)
    cards = Incident.objects.filter(pk__in=hand.cards).filter(as_operator & as_executor)
    return set(cards.filter(reach(by, {Permission.ADMINISTRATE})).values_list("pk", flat=True))


def _colleagues(leaver: User, scope: Scope) -> list[User]:
    """Active people of the same roles within the administrator's sight, those of the same agency first."""
    grants = list(leaver.grants.all())
    near = Q(pk__in=[])
    for grant in grants:
        same = Q(agency__isnull=True)
        if grant.agency:
            same = Q(agency__path__startswith=grant.agency.path) | Q(agency__path__in=above(grant.agency.path))
        near |= Q(role=grant.role) & same
    colleagues = scope.people().filter(is_active=True).exclude(pk=leaver.pk)
    if grants:
        colleagues = colleagues.filter(
            pk__in=Grant.objects.filter(role__in={grant.role for grant in grants}).values("user")
        )
    nearby = Exists(Grant.objects.filter(near, user=OuterRef("pk")))
    return list(colleagues.annotate(near=nearby).order_by("-near", "last_name", "first_name", "pk")[:MOST_COLLEAGUES])

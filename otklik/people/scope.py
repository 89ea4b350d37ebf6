"""What an administrator manages: the whole region, or the subtrees and territories of his grants, and no more."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from otklik.people.access import grants_of
from otklik.people.models import Agency, Grant, User
from otklik.people.permissions import Permission
from otklik.places.models import Place


@dataclass(frozen=True, slots=True)
class Scope:
    """Pairs of a path of agencies and a path of places, "" for all; no pair at all manages nothing."""

    pairs: tuple[tuple[str, str], ...]

    @property
    def whole(self) -> bool:
        return ("", "") in self.pairs

    def covers(self, agency: Agency | None, place: Place | None) -> bool:
        """Whether a grant for this agency and place gives no more than the administrator has himself."""
        agency_path, place_path = agency.path if agency else "", place.path if place else ""
        return any(agency_path.startswith(one) and place_path.startswith(two) for one, two in self.pairs)

    def manages(self, agency: Agency) -> bool:
        """Whether the agency is his with everything in it: a grant for one territory is not enough."""
        return any(agency.path.startswith(path) for path, place in self.pairs if not place)

    def begins_at(self, agency: Agency) -> bool:
        """The agency is where one of his grants begins: he may not move or close the branch that he sits on."""
        return not self.whole and any(agency.path == path for path, _place in self.pairs)

    def grants(self) -> QuerySet[Grant]:
        """Every grant that lies within."""
        inside = Q(pk__in=[])
        for path, place in self.pairs:
            one = Q(agency__path__startswith=path) if path else Q()
            one &= Q(place__path__startswith=place) if place else Q()
            if not one:
                return Grant.objects.all()
            inside |= one
        return Grant.objects.filter(inside)

    def agencies(self) -> QuerySet[Agency]:
        """The agencies that he manages, the tops of his subtrees included."""
        inside = Q(pk__in=[])
        for path, place in self.pairs:
            if not place:
                inside |= Q(path__startswith=path or "/")
        return Agency.objects.filter(inside)

    def people(self) -> QuerySet[User]:
        """Those whom he sees: everybody, or whoever has a grant within."""
        if self.whole:
            return User.objects.all()
        return User.objects.filter(Exists(self.grants().filter(user=OuterRef("pk"))))

    def owns(self, user: User) -> bool:
        """Whether all that the user may do lies within, blocked or not. Only then may his sign-in be touched."""
        if self.whole:
            return True
        grants = list(user.grants.all())
        return bool(grants) and all(self.covers(grant.agency, grant.place) for grant in grants)


def scope_of(user: User, permission: Permission = Permission.ADMINISTRATE) -> Scope:
    """What this user manages as an administrator, or by another permission."""
    mine = [grant for grant in grants_of(user) if permission in grant.allows]
    return Scope(
        tuple((grant.agency.path if grant.agency else "", grant.place.path if grant.place else "") for grant in mine)
    )

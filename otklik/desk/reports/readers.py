"""Who may get reports by mail, and who may decide so for others."""

from otklik.people.access import everywhere, grants_of
from otklik.people.models import Grant, User
from otklik.people.permissions import Permission

READERS = (Permission.FIGURES,)
SENDERS = frozenset({Permission.LEAD, Permission.ADMINISTRATE})
MOST = 1000


def may_send_to_others(user: User) -> bool:
    """Whoever leads or administrates; everybody else orders for himself."""
    return any(grant.allows & SENDERS for grant in grants_of(user))


def keeps_letterhead(user: User) -> bool:
    """A document of the whole region is for those who tune the whole of it."""
    return everywhere(user, Permission.TUNE)


def people() -> list[User]:
    """Everybody who reads figures by a grant of his own, by name. One query."""
    grants = Grant.objects.filter(user__is_active=True).select_related("user", "made")
    found = {grant.user_id: grant.user for grant in grants if not grant.allows.isdisjoint(READERS)}
    return sorted(found.values(), key=lambda one: (one.initials.casefold(), one.pk))[:MOST]

"""Who has seen which tour. Nothing of it is part of the flow: a row less means a tour more."""

from collections.abc import Iterable

from django.db import transaction

from otklik.desk.models import Tour
from otklik.desk.shell import sections_for
from otklik.desk.tour.steps import TOURS
from otklik.people.models import User


def is_for(user: User, page: str) -> bool:
    """Whether this page has a tour and is one of the user's sections."""
    return page in TOURS and any(section.address == page for section in sections_for(user))


def has_seen(user: User, page: str) -> bool:
    seen = Tour.objects.filter(user=user).values_list("seen", flat=True).first()
    return page in (seen or [])


def mark_seen(user: User, *pages: str) -> None:
    """These tours are not shown to him again; without pages none is."""
    _change(user, add=set(pages or TOURS))


def forget_seen(user: User, page: str) -> None:
    """The tour of this page is shown once more."""
    _change(user, drop={page})


def _change(user: User, add: Iterable[str] = (), drop: Iterable[str] = ()) -> None:
    with transaction.atomic():
        tour, _fresh = Tour.objects.select_for_update().get_or_create(user=user)
        kept = {page for page in tour.seen if isinstance(page, str)} if isinstance(tour.seen, list) else set()
        Tour.objects.filter(pk=tour.pk).update(seen=sorted(kept.union(add).difference(drop)))

"""Administrators of every reach over the small region of `queue_data`, with a department below the waterworks."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client

from otklik.desk.tests.queue_data import Region, make_region
from otklik.incidents.models import Incident
from otklik.people.models import Agency, Grant, Role, User
from otklik.places.models import Place


@dataclass(frozen=True, slots=True)
class Office:
    """`admin` is over the region, `water_admin` over the waterworks and below, `auditor` reads the journal."""

    region: Region
    pumps: Agency
    admin: User
    water_admin: User
    auditor: User

    def user(self, name: str, role: str = "", agency: Agency | None = None, place: Place | None = None) -> User:
        return a_user(name, role, agency, place)

    def executing(self, user: User, agency: Agency | None = None) -> Incident:
        """An open card of the agency (the user's first one) that the user answers."""
        card = self.region.card()
        whose = agency or user.grants.filter(agency__isnull=False).select_related("agency")[0].agency
        Incident.objects.filter(pk=card.pk).update(state="in_work", agency=whose, executor=user)
        card.refresh_from_db()
        return card


def make_office() -> Office:
    region = make_region()
    return Office(
        region=region,
        pumps=Agency.objects.create(code="pumps", name="Насосы", short_name="Насосы", parent=region.water),
        admin=a_user("admin", Role.ADMINISTRATOR),
        water_admin=a_user("water-admin", Role.ADMINISTRATOR, region.water),
        auditor=a_user("auditor", Role.AUDITOR),
    )


def a_user(name: str, role: str = "", agency: Agency | None = None, place: Place | None = None) -> User:
    user = User.objects.create(
        username=name, first_name="Мария", last_name=name.title(), password=make_password("pass-word-1")
    )
    if role:
        Grant.objects.create(user=user, role=role, agency=agency, place=place)
    return user


def seen(client: Client, address: str) -> str:
    """The mark that the form of a page carries: what its editor saw when he opened it."""
    mark: str = client.get(address).context["form"]["seen"].value()
    return mark


def confirm(client: Client, address: str, given: dict[str, str]) -> None:
    """Be asked, and say yes at once to what the page told."""
    assert client.post(address, {**agreed(client, address, given), "sure": "1"}).status_code == 302


def agreed(client: Client, address: str, given: dict[str, str]) -> dict[str, str]:
    """What the page that asks sends along."""
    return {one.name: str(one.value) for one in client.post(address, given).context["sure"].kept}


def save(client: Client, address: str, given: dict[str, str]) -> Any:
    """Open the page and save at once, sure of it: nobody is in between."""
    return client.post(address, {**given, "seen": seen(client, address), "sure": "1"})

"""Who is named beside the texts of a payload. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.networks.base import Person
from otklik.networks.values import mapping, text
from otklik.networks.x import address as at


@dataclass(frozen=True, slots=True)
class Crowd:
    site: str
    people: Mapping[str, Person] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def person(self, number: str) -> Person:
        return self.people.get(number) or Person(number, "", at.person_url(self.site, number))

    def name(self, number: str) -> str:
        return self.names.get(number, "")


def crowd_of(users: Iterable[Mapping[str, Any]], site: str) -> Crowd:
    """Users of an answer, of an event, or of a message; some events wrap each one in "data"."""
    people: dict[str, Person] = {}
    names: dict[str, str] = {}
    for each in users:
        user = mapping(each.get("data")) or each
        number = at.number(user.get("id"))
        if number:
            names[number] = at.user_name(text(user.get("username"), 20))
            people[number] = person_of(user, number, site)
    return Crowd(site, people, names)


def person_of(user: Mapping[str, Any], number: str, site: str) -> Person:
    """The network does not tell organisations from people."""
    name = at.user_name(text(user.get("username"), 20))
    return Person(number, text(user.get("name"), 200) or name, at.person_url(site, number, name))

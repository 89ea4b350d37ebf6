"""What is known beside a payload's object, and what its objects have in common. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from otklik.networks.base import Person
from otklik.networks.values import count, mapping, mappings, number, text
from otklik.networks.vk import address as at


@dataclass(frozen=True, slots=True)
class View:
    """What is known beside the object itself. `group` is our own community, 0 if unknown."""

    site: str
    group: int
    owner: int | None = None
    post: int | None = None
    people: Mapping[int, Person] | None = None
    commenting: str = ""
    guest: bool = False
    mute: str = ""

    def person(self, owner: int) -> Person:
        known = (self.people or {}).get(owner)
        return known or Person(at.owner_id(owner), "", at.owner_url(self.site, owner), owner < 0)

    def ours(self, author: int) -> bool:
        return self.group > 0 and author == -self.group


def people(answer: Mapping[str, Any], site: str) -> dict[int, Person]:
    """The profiles and communities that an extended answer names, by owner number."""
    people_by_number = {}
    for profile in mappings(answer.get("profiles")):
        person = number(profile.get("id"))
        if person is not None and person > 0:
            people_by_number[person] = person_of(person, profile, site)
    for group in mappings(answer.get("groups")):
        community = number(group.get("id"))
        if community is not None and community > 0:
            people_by_number[-community] = person_of(-community, group, site)
    return people_by_number


def person_of(owner: int, profile: Mapping[str, Any], site: str) -> Person:
    if owner < 0:
        name = text(profile.get("name"), 200)
    else:
        parts = (text(profile.get("first_name"), 100), text(profile.get("last_name"), 100))
        name = " ".join(part for part in parts if part)
    return Person(at.owner_id(owner), name, at.owner_url(site, owner), owner < 0)


def comment_parent(item: Mapping[str, Any]) -> int:
    """The comment that this one replies to, 0 when it stands under the post itself."""
    stack = item.get("parents_stack")
    last = number(stack[-1]) if isinstance(stack, list) and stack else None
    return number(item.get("reply_to_comment")) or last or 0


def engagement(item: Mapping[str, Any]) -> int:
    counters = ("likes", "comments", "reposts")
    return min(sum(count(mapping(item.get(name)).get("count")) for name in counters), 2**31 - 1)

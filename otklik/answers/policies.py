"""How many people agree to an answer before it goes out: theme × person × agency, the narrowest holds. Pure.

The order is total, and luck has no part in it (`narrowness`). What stands first outweighs all that follows:

1. a theme before a group, a group before every matter;
2. one person before everybody;
3. the deeper agency before the one above it, and any agency before the whole region;
4. of two equal ones the one that began later, since its writer knew the other; then the one written later.

Where none holds, one person other than the writer agrees (`USUAL`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class Steps(IntEnum):
    """How many people agree, one after the other."""

    NONE = 0
    ONE = 1
    TWO = 2


USUAL = Steps.ONE


@dataclass(frozen=True, slots=True)
class KnownPolicy:
    """A policy as values. Without theme and group it holds for every matter; with a theme the group is not looked at.

    `agency_path` is the ids from the top as in «/1/5/»; empty means the whole region. `person_id` is whose answers.
    It counts from `since` to `until`, both local days included; None is no bound.
    """

    id: int
    steps: Steps
    theme_id: int | None = None
    group_id: int | None = None
    agency_path: str = ""
    person_id: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """An answer as policies see it; None and "" are not known, and then only what does not ask for it fits.

    `person_id` is whose words they are: who changed them last.
    """

    theme_id: int | None = None
    group_id: int | None = None
    agency_path: str = ""
    person_id: int | None = None


class Edge(StrEnum):
    """By what one policy is narrower than another, in the order of weight."""

    SUBJECT = "subject"
    PERSON = "person"
    AGENCY = "agency"
    SINCE = "since"
    WRITTEN = "written"


def fitting(policies: Iterable[KnownPolicy], case: Case, on: date) -> list[KnownPolicy]:
    """Those that fit on that local day, the one that holds first. Their order in `policies` changes nothing."""
    return sorted((one for one in policies if _fits(one, case, on)), key=narrowness, reverse=True)


def holding(policies: Iterable[KnownPolicy], case: Case, on: date) -> KnownPolicy | None:
    """The one that holds; None where the usual way does."""
    return max((one for one in policies if _fits(one, case, on)), key=narrowness, default=None)


def narrowness(policy: KnownPolicy) -> tuple[int, bool, int, date, int]:
    """The greatest holds. No two policies have the same."""
    subject = 2 if policy.theme_id is not None else 1 if policy.group_id is not None else 0
    person = policy.person_id is not None
    return (subject, person, len(_ids(policy.agency_path)), policy.since or date.min, policy.id)


def edge(winner: KnownPolicy, loser: KnownPolicy) -> Edge:
    """What decides between two policies that fit the same answer."""
    pairs = zip(Edge, narrowness(winner), narrowness(loser), strict=True)
    return next((by for by, one, other in pairs if one != other), Edge.WRITTEN)


def _fits(policy: KnownPolicy, case: Case, on: date) -> bool:
    if (policy.since is not None and on < policy.since) or (policy.until is not None and policy.until < on):
        return False
    if policy.theme_id is not None:
        about = policy.theme_id == case.theme_id
    else:
        about = policy.group_id is None or policy.group_id == case.group_id
    whose = policy.person_id is None or policy.person_id == case.person_id
    ids = _ids(policy.agency_path)
    return about and whose and _ids(case.agency_path)[: len(ids)] == ids


def _ids(path: str) -> list[str]:
    return [part for part in path.split("/") if part]

"""What a sight is: one page, or one state of it, as somebody stands before it."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.sync_api import Page

Act = Callable[[Page], None]
LOOKS = ("light", "dark")
WIDTHS = {"wide": (1280, 900), "narrow": (390, 844)}
PASSWORD = secrets.token_urlsafe(12)
"""Of those who have to type one on a sight; made anew in each process."""


@dataclass(frozen=True, slots=True)
class Sight:
    """`name` is the file's name, `title` the caption, `status` what the server answers to `address`.

    The address names things by what they are («/incidents/{rating}/»); whoever looks says which ids those are here.
    `who` names a user in the same way, "" is somebody not signed in. What has to be done first is `act`. All are looked
    over for access; `pictured` are those whose pictures are kept beside the source.
    """

    name: str
    title: str
    who: str
    address: str
    act: Act | None = None
    status: int = 200
    pictured: bool = True

    def at(self, ids: Mapping[str, object]) -> str:
        return self.address.format_map(ids)


def quiet_tour(user: int | None) -> str:
    """A script for a new page: this user has seen the tour."""
    return f"""try {{ localStorage.setItem("otklik.tour.{user}", "/queue/ /agency/ /approvals/") }} catch {{}}"""

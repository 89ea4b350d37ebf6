"""Facebook as a network of the contract: each verb is one module beside this one, or in the core that two share."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from otklik.networks.base import (
    Access,
    Address,
    Event,
    Json,
    Limits,
    Person,
    Published,
    Raw,
    ReadPlace,
    Right,
    Speech,
)
from otklik.networks.facebook import address as at
from otklik.networks.facebook import back, link, parse, pasted, poll, setup, speak
from otklik.networks.facebook.address import FACEBOOK
from otklik.networks.facebook.look import ours
from otklik.networks.facebook.words import ENGLISH
from otklik.networks.look import Reply
from otklik.networks.meta.network import GraphNetwork
from otklik.networks.optional import Count, Page


class Facebook(GraphNetwork):
    """`Access.external_id` is the Page's number; tokens: "page" and "app_secret". `Access.secret` is the word of the
    handshake."""

    kind = "facebook"
    title = FACEBOOK.title
    icon = "brand-facebook"
    hosts: tuple[str, ...] = ("facebook.com", "fb.com")
    numbered = "{}"
    english = ENGLISH
    keys = setup.KEYS
    id_hint = "Например 100012345698901 или facebook.com/profile.php?id=100012345698901"
    places = {"own": poll.own, "foreign": poll.foreign, "dialogue": poll.dialogue, "link": link.read_link}
    reads = frozenset(places)
    not_read = "Из Facebook так читать нельзя"
    # None of these is published; they are what developers know, the window is the network's stated policy.
    limits = Limits(
        text=8000,
        direct_text=2000,
        photos=1,
        direct_photos=0,
        photo_bytes=4 * 1024 * 1024,
        direct_window=timedelta(hours=24),
    )

    def place_id(self, typed: str) -> str:
        """What a place is called as a Source, out of a link or a name; "" when it is none."""
        return at.page_name(typed)

    def account_id(self, typed: str) -> str:
        return at.page_number(typed)

    def parse(self, raw: Raw) -> list[Event]:
        return parse.parse(raw)

    def posts(self, access: Access, place: ReadPlace, page: Mapping[str, Json], since: datetime) -> Page:
        return back.posts(access, place, page, since)

    def under(self, access: Access, place: ReadPlace, count: Count, page: Mapping[str, Json]) -> Page:
        return back.under(access, place, count, page)

    def publish(self, access: Access, speech: Speech, key: str) -> Published:
        """`key` is not used: the network knows no such thing."""
        return speak.publish(access, speech, self.limits)

    def ours(self, access: Access, speech: Speech) -> list[Reply]:
        return ours(access, speech)

    def subscribe(self, access: Access, hook: str) -> None:
        setup.subscribe(access, hook)

    def rights(self, access: Access) -> list[Right]:
        return setup.rights(access)

    def ends(self, access: Access) -> Mapping[str, datetime]:
        return setup.ends(access)

    def authors(self, access: Access, ids: list[str]) -> list[Person]:
        return setup.authors(access, ids)

    def address_of(self, url: str, site: str = "") -> Address | None:
        return pasted.address_of(url, site)

"""Instagram as a network of the contract: each verb is one module beside this one, or in the core that two share."""

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
from otklik.networks.counting import Counting
from otklik.networks.instagram import address as at
from otklik.networks.instagram import back, link, parse, pasted, poll, setup, speak
from otklik.networks.instagram.address import INSTAGRAM
from otklik.networks.instagram.look import ours
from otklik.networks.instagram.words import ENGLISH
from otklik.networks.look import Reply
from otklik.networks.meta.network import GraphNetwork
from otklik.networks.optional import Count, Page


class Instagram(GraphNetwork):
    """`Access.external_id` is the account's number (17841…); tokens: "page" of the Page it is linked to or
    "instagram" of its own, and "app_secret". `Access.secret` is the word of the handshake."""

    kind = "instagram"
    title = INSTAGRAM.title
    icon = "brand-instagram"
    hosts: tuple[str, ...] = ("instagram.com",)
    numbered = "{}"
    english = ENGLISH
    keys = setup.KEYS
    id_hint = "Номер профессионального аккаунта из Graph API: одни цифры"
    places = {"own": poll.own, "dialogue": poll.dialogue, "link": link.read_link}
    reads = frozenset(places)
    not_read = "Из Instagram так читать нельзя: чужие публикации он не показывает"
    # What a comment may hold the network told in 2014 and never since; the window is its stated policy.
    limits = Limits(
        text=300,
        direct_text=1000,
        photos=0,
        direct_photos=0,
        photo_bytes=0,
        direct_counting=Counting.BYTES,
        links=1,
        hashtags=4,
        shouting=False,
        direct_window=timedelta(hours=24),
    )

    def place_id(self, typed: str) -> str:
        """What a place is called as a Source, out of a link or a name; "" when it is none."""
        return at.account_number(typed)

    def account_id(self, typed: str) -> str:
        return at.account_number(typed)

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

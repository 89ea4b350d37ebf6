"""Facebook and Instagram as networks of the contract: all but addresses, payloads and what a `Dialect` declares."""

from collections.abc import Mapping
from datetime import datetime

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, CannotTell, Json, Law, Person, Published, ReadPlace, Right, Speech
from otklik.networks.connector import Connector
from otklik.networks.look import addresses
from otklik.networks.meta import hook, look, poll, setup, speech
from otklik.networks.meta.dialect import Dialect
from otklik.networks.optional import Count, Page


class GraphNetwork(Connector):
    """`Access.secret` is the word of the handshake."""

    dialect: Dialect
    base = "https://graph.facebook.com"
    prefix = "meta"
    numbered = "{}"
    law = Law(
        read=False,
        speak=False,
        why=_(
            "Компания Meta признана экстремистской организацией (Тверской районный суд Москвы, 21.03.2022), "
            "её сети в России заблокированы."
        ),
        mark=_("принадлежит Meta, признанной экстремистской и запрещённой в России"),
    )

    authentic = staticmethod(hook.authentic)
    answer_to = staticmethod(hook.answer_to)
    raw = staticmethod(hook.heard)

    def publish(self, access: Access, words: Speech, key: str) -> Published:
        """`key` is not used: the network knows no such thing."""
        return speech.publish(self.dialect, access, words)

    def find(self, access: Access, words: Speech) -> Published | CannotTell | None:
        return look.find(self.dialect, access, words)

    def replies(self, access: Access, words: Speech) -> frozenset[str]:
        return addresses(lambda *asked: look.ours(self.dialect, *asked), access, words)

    def posts(self, access: Access, place: ReadPlace, page: Mapping[str, Json], since: datetime) -> Page:
        return poll.posts(self.dialect, access, place, page, since)

    def under(self, access: Access, place: ReadPlace, post: Count, page: Mapping[str, Json]) -> Page:
        return poll.under(self.dialect, access, place, post, page)

    def subscribe(self, access: Access, hook: str) -> None:
        setup.subscribe(self.dialect, access, hook)

    def rights(self, access: Access) -> list[Right]:
        return setup.rights(self.dialect, access)

    def authors(self, access: Access, ids: list[str]) -> list[Person]:
        return setup.authors(self.dialect, access, ids)

    def ends(self, access: Access) -> Mapping[str, datetime]:
        return setup.ends(access, self.dialect.side)

    def voice(self, external_id: str) -> str:
        return external_id

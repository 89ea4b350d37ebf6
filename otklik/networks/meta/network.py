"""What Facebook and Instagram have in common as networks of the contract: one graph, one kind of push, one law."""

from collections.abc import Mapping
from datetime import datetime

from otklik.networks.base import Access, CannotTell, Law, Published, Speech
from otklik.networks.connector import Connector
from otklik.networks.look import Reply
from otklik.networks.meta import hook, look, setup
from otklik.networks.meta.side import Side


class GraphNetwork(Connector):
    """`Access.secret` is the word of the handshake."""

    side: Side
    base = "https://graph.facebook.com"
    prefix = "meta"
    law = Law(
        read=False,
        speak=False,
        why="Компания Meta признана экстремистской организацией (Тверской районный суд Москвы, 21.03.2022), "
        "её сети в России заблокированы.",
        mark="принадлежит Meta, признанной экстремистской и запрещённой в России",
    )

    authentic = staticmethod(hook.authentic)
    answer_to = staticmethod(hook.answer_to)
    raw = staticmethod(hook.heard)

    @staticmethod
    def ours(access: Access, speech: Speech) -> list[Reply]:
        """Our own texts under a message or in a dialogue, newest first. Raises TooLong and the errors of reads."""
        raise NotImplementedError

    def find(self, access: Access, speech: Speech) -> Published | CannotTell | None:
        return look.find(access, speech, self.ours)

    def replies(self, access: Access, speech: Speech) -> frozenset[str]:
        return look.replies(access, speech, self.ours)

    def ends(self, access: Access) -> Mapping[str, datetime]:
        return setup.ends(access, self.side)

    def voice(self, external_id: str) -> str:
        return external_id

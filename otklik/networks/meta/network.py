"""What Facebook and Instagram have in common as networks of the contract: one graph, one kind of push, one law."""

from collections.abc import Callable, Mapping
from datetime import datetime

from otklik.networks.base import (
    Access,
    CannotTell,
    Fetched,
    HttpAnswer,
    Incoming,
    Law,
    Published,
    Raw,
    ReadPlace,
    Speech,
)
from otklik.networks.errors import NotSupported
from otklik.networks.look import Reply
from otklik.networks.meta import hook as webhook
from otklik.networks.meta import look

Reading = Callable[[Access, ReadPlace, datetime], Fetched]


class GraphNetwork:
    """`places` reads each kind of Source, `not_read` says why another is not. `Access.secret` is the word of the
    handshake."""

    base = "https://graph.facebook.com"
    prefix = "meta"
    law = Law(
        read=False,
        speak=False,
        why="Компания Meta признана экстремистской организацией (Тверской районный суд Москвы, 21.03.2022), "
        "её сети в России заблокированы.",
        mark="принадлежит Meta, признанной экстремистской и запрещённой в России",
    )
    keyed = False
    tells_once = False
    places: Mapping[str, Reading]
    not_read: str

    def authentic(self, request: Incoming, access: Access) -> bool:
        return webhook.authentic(request, access)

    def answer_to(self, request: Incoming, access: Access) -> HttpAnswer:
        return webhook.answer_to(request)

    def raw(self, request: Incoming) -> Raw:
        return webhook.heard(request)

    def fetch(self, access: Access, place: ReadPlace, now: datetime) -> Fetched:
        read = self.places.get(place.kind)
        if read is None:
            raise NotSupported(self.not_read)
        return read(access, place, now)

    def visited(self, kind: str, address: str) -> bool:
        return False

    def ours(self, access: Access, speech: Speech) -> list[Reply]:
        """Our own texts under a message or in a dialogue, newest first. Raises TooLong and the errors of reads."""
        raise NotImplementedError

    def find(self, access: Access, speech: Speech) -> Published | CannotTell | None:
        return look.find(access, speech, self.ours)

    def replies(self, access: Access, speech: Speech) -> frozenset[str]:
        return look.replies(access, speech, self.ours)

    def confirmation_code(self, access: Access) -> str:
        return ""  # the handshake is answered with what it brings

    def voice(self, external_id: str) -> str:
        return external_id

"""One fetch under way: the calls it made, what it keeps of them, and when it has to stop."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Origin, Raw
from otklik.networks.errors import AuthLost, NeedsPerson, RetryAt
from otklik.networks.meta.client import Parameter, ask
from otklik.networks.meta.failures import is_right
from otklik.networks.meta.reading import scrubbed
from otklik.networks.meta.side import Side
from otklik.networks.values import digest, dump

MOST_CALLS = 60  # of one fetch; what is left waits for the next one
_WHEN_SLOWED = 10
AS_GUEST = _(
    "Чужую страницу сеть не показывает: приложению нужен допуск «Page Public Content Access», а странице — открытость"
)


@dataclass
class Walk:
    """`place` is the Page or account read; `turn` counts fetches, so that a text changed and changed back is news.

    `guest` says that the place is somebody else's. `refusal` is a refusal for now that ended the walk early.
    """

    access: Access
    side: Side
    origin: Origin
    place: str
    turn: int = 0
    guest: bool = False
    raws: list[Raw] = field(default_factory=list)
    calls: int = 0
    slowed: bool = False
    refusal: RetryAt | None = None
    username: str = ""  # our name in the network, where authors are told by name

    @property
    def tired(self) -> bool:
        return self.refusal is not None or self.calls >= (_WHEN_SLOWED if self.slowed else MOST_CALLS)

    def ask(self, path: str, parameters: Mapping[str, Parameter]) -> Mapping[str, Any]:
        """One call that reads. As a guest a missing right is no reason to stop the account: NeedsPerson."""
        self.calls += 1
        try:
            answer = ask(self.access, self.side, path, parameters)
        except AuthLost as lost:
            if self.guest and is_right(lost):
                raise NeedsPerson(AS_GUEST, lost.code) from None
            raise
        self.slowed = self.slowed or answer.usage.slow
        return answer.body

    def keep(self, view: str, items: Iterable[Mapping[str, Any]], key: Iterable[Any], **context: str) -> None:
        """Keep these items of a listing as one payload; `key` is what tells this news from others."""
        payload = {"data": scrubbed(list(items))}
        whole = self.context(view, **context)
        self.raws.append(Raw(self.origin, dump(payload), digest(sorted(whole.items()), self.turn, list(key)), whole))

    def context(self, view: str, **more: str) -> dict[str, str]:
        """What a listing does not say of itself."""
        known = {"view": view, "place": self.place, "voice": self.access.external_id}
        known |= {"site": self.side.site_of(self.access)} | ({"guest": "1"} if self.guest else {})
        known |= {"username": self.username} if self.username else {}
        return known | more

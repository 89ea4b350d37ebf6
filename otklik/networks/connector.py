"""What is the same in the classes of most networks. Plain values in, plain values out."""

from collections.abc import Callable, Mapping
from datetime import datetime

from otklik.networks.base import Access, Fetched, Law, ReadPlace
from otklik.networks.errors import NotSupported

Reading = Callable[[Access, ReadPlace, datetime], Fetched]


class Connector:
    """A network's class names the functions that its methods are: `find = staticmethod(look.find)`, so that each has
    the contract's signature and stands in one place.

    `places` reads each kind of Source, `not_read` says why another is not.
    """

    law = Law()
    keyed = False
    tells_once = False
    places: Mapping[str, Reading]
    not_read: str

    def fetch(self, access: Access, place: ReadPlace, now: datetime) -> Fetched:
        read = self.places.get(place.kind)
        if read is None:
            raise NotSupported(self.not_read)
        return read(access, place, now)

    def visited(self, kind: str, address: str) -> bool:
        return False

    def confirmation_code(self, access: Access) -> str:
        """Most ask for nothing, or for what their own call brings."""
        return ""

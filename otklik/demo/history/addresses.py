"""How the history names people and texts.

People have their connector's own names and numbers of ours, which the sandbox takes over. Texts have addresses that no
network gives, and no links, until they are planted in the sandbox: `otklik.demo.planting`. People have no pages there.
"""

from otklik.demo.walls import Board

UNPLANTED = "demo:"
"""Addresses of texts that stand in no network yet begin with this."""
_FIRST_PERSON = {"instagram": 700_001}  # Facebook and Instagram share one table of people in the sandbox
_FIRST = 600_001


def person_number(network: str, count: int) -> int:
    """The number of the next person in a network, when there are so many."""
    return _FIRST_PERSON.get(network, _FIRST) + count


def author_address(network: str, number: int) -> str:
    """A person as an author, as the network's connector writes it."""
    forms = {"vk": "id{}", "ok": "user:{}", "max": "max:user:{}", "telegram": "tg:{}", "instagram": "56{:014}"}
    return forms.get(network, "{}").format(number)


def number_in(network: str, address: str) -> str:
    """The number back out of an author's address, as the sandbox takes it; "" where it is none."""
    bare = address.removeprefix("id") if network == "vk" else address.rpartition(":")[2]
    if not (bare.isascii() and bare.isdigit()):
        return ""
    return str(int(bare[2:])) if network == "instagram" and len(bare) == 16 else bare


def text_address(board: Board, number: int) -> str:
    """A text that is not planted yet."""
    return f"{UNPLANTED}{board.network}:{board.name}:{number}"

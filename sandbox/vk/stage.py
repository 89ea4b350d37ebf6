"""How VK's pages for people look: `/vk/wall-1`, `/vk/wall-1_2?reply=3`, `/vk/im1?as=5`."""

from sandbox.acts import Item
from sandbox.stage.contract import RECORD, Stage
from sandbox.vk import addresses, counts
from sandbox.vk.addresses import OnWall
from sandbox.vk.people_acts import PeopleActs


def _own(item: Item) -> str:
    at = addresses.read(item.address)
    return f"/vk/comment{at.owner}_{at.comment}" if isinstance(at, OnWall) else item.link


def _big(path: str) -> str:
    return path.replace("/x.jpg", "/w.jpg")


ACTS = PeopleActs()
STAGE = Stage(
    read=addresses.page,
    place="Стена сообщества",
    noun=RECORD,
    look="wall",
    accent="moss",
    mark=addresses.mark,
    figures=counts.figures,
    threads=ACTS.threads,
    restore=ACTS.restore,
    own=_own,
    big=_big,
)

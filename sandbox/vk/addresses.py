"""Full addresses of texts and places as the common control API names them, and the paths of their pages."""

import dataclasses
import re
from collections.abc import Mapping

from sandbox.acts import NotThere
from sandbox.stage.contract import Spot
from sandbox.state import World
from sandbox.vk import acts
from sandbox.vk.beside import Beside

_WALL = re.compile(r"wall(-[0-9]{1,18})_([0-9]{1,18})(?:\?reply=([0-9]{1,18}))?")
_BESIDE = re.compile(r"(photo|topic|video)(-[0-9]{1,18})_([0-9]{1,18})(?:\?(?:reply|post)=([0-9]{1,18}))?")
_DIRECT = re.compile(r"vk:im:([0-9]{1,18}):([0-9]{1,18})(?::([0-9]{1,18}))?")
_PLACE = re.compile(r"(?:club|-)?([0-9]{1,18})")
_EDITORS = re.compile(r"gim([0-9]{1,18})")
_PAGE = re.compile(r"(wall-|im|comment-)([0-9]{1,18})(?:_([0-9]{1,18}))?")


@dataclasses.dataclass(frozen=True)
class OnWall:
    """A post, or a comment of it when `comment` is not 0. `owner` is negative."""

    owner: int
    post: int
    comment: int = 0

    def __str__(self) -> str:
        tail = f"?reply={self.comment}" if self.comment else ""
        return f"wall{self.owner}_{self.post}{tail}"


@dataclasses.dataclass(frozen=True)
class Direct:
    """A dialogue, or a message of it (its number inside the dialogue) when that is not 0."""

    group: int
    person: int
    message: int = 0

    def __str__(self) -> str:
        return f"vk:im:{self.group}:{self.person}" + (f":{self.message}" if self.message else "")


def read(address: str) -> OnWall | Direct | Beside:
    """NotThere for anything that is no address of a text."""
    if match := _WALL.fullmatch(address):
        return OnWall(int(match[1]), int(match[2]), int(match[3] or 0))
    if match := _BESIDE.fullmatch(address):
        return Beside(match[1], int(match[2]), int(match[3]), int(match[4] or 0))
    if match := _DIRECT.fullmatch(address):
        return Direct(int(match[1]), int(match[2]), int(match[3] or 0))
    raise NotThere(f"{address[:100]} is no address here")


def place(text: str) -> int:
    """The number of a community: "1001", "club1001", "-1001". NotThere for anything else."""
    match = _PLACE.fullmatch(text)
    if match is None:
        raise NotThere(f"{text[:100]} is no community")
    return int(match[1])


def page(world: World, path: str, query: Mapping[str, str]) -> Spot | None:
    """What `wall-1`, `wall-1_2?reply=3`, `topic-1_2?post=3` and `im1` show. `comment-1_3` is where one's own comment on
    a wall is taken back, `gim1?sel=2` where editors of the community see the dialogue."""
    if (thing := _BESIDE.fullmatch(path)) and not thing[4]:
        return _beside(Beside(thing[1], int(thing[2]), int(thing[3])), query)
    if (editors := _EDITORS.fullmatch(path)) and re.fullmatch(r"[0-9]{1,18}", query.get("sel", ""), re.ASCII):
        return Spot(editors[1], private=True, person=query["sel"])
    match = _PAGE.fullmatch(path)
    if match is None or (match[1] != "wall-" and bool(match[3]) != (match[1] == "comment-")):
        return None
    group, number = int(match[2]), int(match[3] or 0)
    if match[1] == "im":
        return Spot(str(group), private=True)
    if match[1] == "comment-":
        return _comment(world, group, number)
    if not match[3]:
        return Spot(str(group))
    marked = query.get("reply", "")
    known = marked.isascii() and marked.isdigit() and len(marked) < 19
    post = OnWall(-group, number)
    return Spot(str(group), str(post), f"{post}?reply={int(marked)}" if known else "")


def _beside(at: Beside, query: Mapping[str, str]) -> Spot:
    marked = query.get("post", "") or query.get("reply", "")
    known = re.fullmatch(r"[1-9][0-9]{0,17}", marked, re.ASCII)
    return Spot(str(-at.owner), str(at), str(dataclasses.replace(at, comment=int(marked))) if known else "")


def _comment(world: World, group: int, number: int) -> Spot | None:
    try:
        post = OnWall(-group, acts.get_comment(world, -group, number)["post_id"])
    except acts.NotThere:
        return None
    return Spot(str(group), str(post), f"{post}?reply={number}")


def mark(address: str) -> str:
    """Numbers of posts and comments are one row on each wall; messages count inside their dialogue."""
    at = read(address)
    if isinstance(at, Direct):
        return str(at.message)
    return str(at.comment or (at.thing if isinstance(at, Beside) else at.post))

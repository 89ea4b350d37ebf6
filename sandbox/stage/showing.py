"""Texts as the templates want them: names, times, photos, whose they are."""

import functools
from collections.abc import Sequence
from typing import Any

from sandbox import faces
from sandbox.acts import Item
from sandbox.stage.versions import version
from sandbox.stage.visit import OFFERED, Visit, at
from sandbox.stage.windows import STEP, Line, Window, view

LATEST_MESSAGES = 200
NEAR = 6  # people to change to with one click
MOST_PEOPLE = 200  # names offered while one types
Shown = dict[str, Any]


# On one page the same names and moments come hundreds of times.
_moment = functools.lru_cache(maxsize=5000)(faces.moment)


@functools.lru_cache(maxsize=5000)
def face(number: str, name: str) -> Shown:
    """A name with the mark that stands for a portrait."""
    return {"id": number, "name": name, "initials": faces.initials(name), "tone": faces.tone_of(number)}


def frame(visit: Visit) -> Shown:
    """What every page of a network needs."""
    latest = visit.setting.people.latest(visit.world, MOST_PEOPLE)
    people = [face(number, name) for number, name in latest if number not in visit.places]
    person = {"as": visit.me.id} if visit.me else {}
    return {
        "title": visit.title,
        "stage": visit.stage,
        "wall_write": at(visit.place.wall, "write"),
        "messages_at": at(visit.place.dialogue, "messages", **person),
        "messages_write": at(visit.place.dialogue, "write", **person),
        "root": visit.setting.root,
        "place": visit.place,
        "face": face(visit.place.id, visit.place.title),
        "me": visit.me,
        "who": face(visit.me.id, visit.me.name) if visit.me else face("0", OFFERED),
        "people": people,
        "near": [one for one in people if not visit.me or one["id"] != visit.me.id][:NEAR],
        "here": visit.request.get_full_path(),
    }


def card(visit: Visit, thread: Sequence[Item], window: Window) -> Shown:
    """A post with its comments and the state of its form."""
    post, comments = thread[0], view(thread[1:], visit.mine, window)
    shown = _text(visit, post) | {
        "write": at(post.link, "write"),
        "change": at(post.link, "post"),
        "more": at(post.link, **{"from": str(comments.step)}),
        "fragment": _fragment(thread, window.marked, comments.since),
        "version": str(version(visit.setting.kind, thread)),
        "closed": post.closed,
        "restores": visit.stage.restore is not None,
        "takes_photos": "comment" in visit.stage.photos,
        "spot": f"{post.spot[0]}, {post.spot[1]}" if post.spot else "",
        "comments": [_comment(visit, post, line, window.marked) for line in comments.lines],
        "total": str(comments.total),
        "earlier": comments.earlier,
        "later": comments.later,
        "since": str(comments.since),
        "step": str(comments.step),
        "next": str(min(STEP, comments.earlier)),
    }
    for field in ("answer", "edit"):
        wanted = visit.request.GET.get(field, "")
        comment = next((one for one in shown["comments"] if one["mark"] == wanted and not one["deleted"]), None)
        shown[field] = comment if field == "answer" or (comment and comment["mine"]) else None
    return shown


def _fragment(thread: Sequence[Item], marked: str, since: int) -> str:
    """Where the page asks for this list again, with the same comment marked."""
    link = next((item.link for item in thread if item.address == marked), thread[0].link)
    return at(link, "comments", **{"from": str(since)})


def messages(visit: Visit) -> list[Shown]:
    """The last messages of the visitor's dialogue with the place, oldest first."""
    if visit.me is None:
        return []
    items = visit.setting.acts.dialogue(visit.world, visit.private, visit.me.id)
    return [_text(visit, item) for item in items[-LATEST_MESSAGES:]]


def _text(visit: Visit, item: Item) -> Shown:
    stage = visit.stage
    return {
        "mark": stage.mark(item.address),
        "link": item.link,
        "author": face(item.author, item.author_name) | {"official": item.official},
        "text": item.text,
        "when": _moment(item.at, visit.world.now),
        "edited": bool(item.edited),
        "deleted": item.deleted,
        "mine": visit.mine(item),
        "photos": [{"small": path, "big": stage.big(path)} for path in item.photos],
    }


def _comment(visit: Visit, post: Item, line: Line, marked: str) -> Shown:
    return _text(visit, line.item) | {
        "own": visit.stage.own(line.item),
        "answer": at(post.link, answer=visit.stage.mark(line.item.address)),
        "edit": at(post.link, edit=visit.stage.mark(line.item.address)),
        "nested": line.nested,
        "to": line.to,
        "marked": line.item.address == marked,
    }

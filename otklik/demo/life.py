"""The sandbox goes on living: now and then somebody writes, edits, deletes, or replies to an answer."""

import logging
import os
import signal
import threading
from datetime import datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import django
from django.conf import settings

from otklik.demo.control import Control, NoSandbox
from otklik.demo.texts import PlaceWords, complaint, follow_up, me_too, near_copy, noise, official_post, person
from otklik.demo.texts import themes as theme_uses
from otklik.demo.walls import ALL, SEATS, VOICES_ELSEWHERE, Seat, Wall
from otklik.lib import clock
from otklik.networks.registry import NETWORKS
from otklik.places import gazetteer

log = logging.getLogger(__name__)

MEAN, LEAST, MOST = 50.0, 20.0, 90.0  # seconds between two things that happen
TROUBLE_PAUSE = 30.0
ACTS = ("complaint", "noise", "me_too", "edit", "delete", "reply", "elsewhere", "private")
SHARES = (36, 9, 8, 5, 3, 13, 22, 4)
POST_AFTER = 14  # comments under one post, then the community writes a new one
REMEMBERED = 200
MOST_IN_X = 250
OTHERS = tuple(dict.fromkeys(seat.network for seat in SEATS))


def run(stop: threading.Event, rng: Random, sandbox_address: str, token: str) -> None:
    """Lives until `stop` is set. A sandbox that does not answer is waited for."""
    with Control(sandbox_address, token) as control:
        town = Town(control, rng)
        while not stop.wait(pause(rng)):
            try:
                town.happen()
            except NoSandbox as silence:
                log.warning("the sandbox does not live on: %s", silence)
                stop.wait(TROUBLE_PAUSE)


def pause(rng: Random) -> float:
    """Seconds until the next thing happens: as rare events come, within bounds."""
    return min(MOST, max(LEAST, rng.expovariate(1 / MEAN)))


class Town:
    """What this process has seen of the walls: the posts it wrote under, and the comments it may still change."""

    def __init__(self, control: Control, rng: Random) -> None:
        self._control = control
        self._rng = rng
        self._posts: dict[int, tuple[int, int]] = {}  # wall → post, comments left
        self._boards: dict[Seat, tuple[str, int]] = {}  # the same in other networks, by address
        self._recent: list[dict[str, Any]] = []
        self._answered: set[str] = set()
        self._words = _words_by_municipality()

    def happen(self) -> str:
        """One thing; returns which. Raises NoSandbox."""
        act = self._rng.choices(ACTS, SHARES)[0]
        if act in ("edit", "delete", "me_too", "reply") and not self._recent:
            act = "complaint"
        if act == "reply" and not self._reply():
            act = "complaint"
        if act in ("edit", "delete"):
            self._change(act)
        elif act in ("complaint", "noise", "me_too"):
            self._comment(act)
        elif act in ("elsewhere", "private"):
            self._elsewhere(private=act == "private")
        return act

    def _elsewhere(self, *, private: bool) -> None:
        """A complaint in another network: under the newest post of a place, or to it in private."""
        rng, seats = self._rng, VOICES_ELSEWHERE if private else SEATS
        network = rng.choice(OTHERS)
        seat = rng.choice([one for one in seats if one.network == network])
        place, who = rng.choice(self._words[seat.place]), person(rng)
        where = {"to": seat.number} if private else {"under": self._newest(seat, place)}
        self._control.post(
            f"/control/{NETWORKS[seat.network].prefix}/texts",
            author=f"{who.first_name} {who.last_name}".strip(),
            text=self._complaint(place) or "?",
            **where,
        )

    def _newest(self, seat: Seat, place: PlaceWords) -> str:
        """The address of the post that people write under now."""
        address, left = self._boards.get(seat, ("", 0))
        if not left:
            text, path = official_post(self._rng, place, _local(clock.now())), NETWORKS[seat.network].prefix
            text = text[:MOST_IN_X] if seat.network == "x" else text
            address = str(self._control.post(f"/control/{path}/texts", place=seat.written_in, text=text)["address"])
            left = POST_AFTER
        self._boards[seat] = (address, left - 1)
        return address

    def _comment(self, act: str) -> None:
        rng, wall = self._rng, self._rng.choices(ALL, [wall.audience for wall in ALL])[0]
        beside: dict[str, Any] = {}
        place = rng.choice(self._words[wall.place])
        text = noise(rng) if act == "noise" else self._complaint(place)
        post = 0
        if act == "me_too":
            old = rng.choice(self._recent)
            wall, post, beside = old["wall"], old["post"], {"reply_to": old["id"]}
            text = me_too(rng, rng.choice(place.streets) if place.streets else "")
        post = post or self._post(wall, place)
        who = person(rng)
        name = f"{who.first_name} {who.last_name}".strip()
        made = self._control.post(
            "/control/vk/comments", owner_id=-wall.number, post_id=post, author=name, text=text or "?", **beside
        )
        self._recent.append(
            {"wall": wall, "post": post, "id": made["comment_id"], "author": made["author"], "text": text}
        )
        del self._recent[:-REMEMBERED]

    def _complaint(self, place: PlaceWords) -> str:
        local = _local(clock.now())
        uses = theme_uses()
        use = self._rng.choices(uses, [one.weight * one.season[local.month - 1] for one in uses])[0]
        return complaint(self._rng, use.name, place, local).body

    def _post(self, wall: Wall, place: PlaceWords) -> int:
        post, left = self._posts.get(wall.number, (0, 0))
        if not left:
            text = official_post(self._rng, place, _local(clock.now()))
            post = int(self._control.post("/control/vk/posts", owner_id=-wall.number, text=text)["post_id"])
            left = POST_AFTER
        self._posts[wall.number] = (post, left - 1)
        return post

    def _change(self, act: str) -> None:
        """The author thinks better of it. What was deleted is forgotten here too."""
        old = self._rng.choice(self._recent[-20:])
        path = f"/control/vk/comments/-{old['wall'].number}_{old['id']}/{act}"
        if act == "edit":
            old["text"] = near_copy(self._rng, old["text"])
            self._control.post(path, text=old["text"])
        else:
            self._recent.remove(old)
            self._control.post(path)

    def _reply(self) -> bool:
        """An author answers an official answer that nobody has replied to yet; False when there is none."""
        for old in self._rng.sample(self._recent, min(8, len(self._recent))):
            thread = self._control.get(f"/control/vk/threads/-{old['wall'].number}_{old['post']}")["comments"]
            for comment in thread:
                fresh = comment["from_group"] and comment["parent"] and comment["address"] not in self._answered
                if not fresh or comment["parent"] != old["id"] or comment["deleted"]:
                    continue
                self._answered.add(comment["address"])
                mark = self._rng.choices((5, 4, 3, 2, 1), (50, 25, 8, 7, 10))[0]
                self._control.post(
                    "/control/vk/comments",
                    owner_id=-old["wall"].number,
                    post_id=old["post"],
                    author=old["author"],
                    text=follow_up(self._rng, mark) or "?",
                    reply_to=comment["id"],
                )
                return True
        return False


def _local(at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(settings.TIME_ZONE))


def _words_by_municipality() -> dict[str, list[PlaceWords]]:
    """Places by the code of their municipality; "" holds the centres of all of them."""
    data = gazetteer.load()
    streets: dict[str | None, list[str]] = {}
    for street in data.streets:
        streets.setdefault(street.settlement, []).append(street.name)
    names = {one.code: one.name for one in data.places}
    words_by_place: dict[str, list[PlaceWords]] = {"": []}
    for one in sorted(data.places, key=lambda place: -place.population):
        if one.level == "settlement" and one.parent:
            words = PlaceWords(one.name, names[one.parent], tuple(streets.get(one.code, streets[None])))
            inside = words_by_place.setdefault(one.parent, [])
            words_by_place[""] += [] if inside else [words]
            inside += [words] if len(inside) < 4 else []
    return words_by_place


def main() -> None:
    """`python -m otklik.demo.life`: a process of its own, until SIGTERM or Ctrl-C."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.site.settings")
    django.setup()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    run(stop, Random(), settings.SANDBOX_ADDRESS, settings.SANDBOX_TOKEN)


if __name__ == "__main__":
    main()

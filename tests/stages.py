"""One stage a network: a place of ours in the sandbox where a citizen complains, and the account that answers there.

Whatever differs between networks is said here once, so that the same story can be told of all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from otklik.networks.base import Access
from otklik.networks.models import Account, Source
from otklik.people.models import Agency
from otklik.places.models import Place
from tests import connectors
from tests.connectors import SECRET
from tests.make import inbox
from tests.sandbox import max_town, meta_town, ok_town, telegram_town, town, x_town
from tests.sandbox.process import Sandbox

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Limit:
    """A network's own «not so often»: the `code` of its refusal and how long it then lets us wait, by its header or,
    where it tells nothing, by what we know of it. `rests`: no call of this key will do better before that."""

    code: int
    wait: timedelta
    rests: bool = True


@dataclass
class Stage:
    """`under` is the post that people comment ("" on X, where they name the account), `speaks` the call that answers.

    `event` is the kind of event that tells of a comment, "" where the network pushes none; `reads` the call that brings
    news to who asks. Where texts stand `flat`, none names what it replies to. Nobody can edit where `edits` is false;
    `removals` are told by events of their own.
    `limits` are those of the reading and of the speaking call.

    `place` is a community that is not ours, where we are a guest: `forbid` closes it to guests, `lead` is what a
    complaint begins with there; where it is read `beside` our own place, that tells of it.
    """

    network: str
    kind: str
    sandbox: Sandbox
    anna: str
    external_id: str
    keys: dict[str, str]
    under: str
    speaks: str
    event: str
    reads: str
    flat: bool = False
    edits: bool = True
    removals: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    limits: tuple[Limit, Limit] = (Limit(429, SECOND), Limit(429, SECOND))
    place: str = ""
    forbid: Callable[[], object] = lambda: None
    lead: str = ""
    beside: bool = False

    def complain(self, text: str) -> str:
        place = {"under": self.under} if self.under else {"place": self.external_id}
        return self._write(self.lead + text, **place)

    def parent_of_a_reply(self, address: str) -> str:
        """What a reply to this text is told to reply to."""
        return self.under if self.flat else address

    def reply(self, text: str, under: str) -> str:
        return self._write(text, under=under)

    def answer_aside(self, text: str, under: str) -> str:
        """Somebody of the office answers on the network's own site, and our system has not asked him to."""
        place = {"place": self.external_id} if self.network == "x" else {}
        return str(self.sandbox.control(f"{self.kind}/texts", text=text, under=under, **place)["address"])

    def whisper(self, text: str) -> str:
        """Anna writes to the office in private."""
        return self._write(text, to=self.external_id)

    def edit(self, address: str, text: str) -> None:
        named = "@rechnoy " if self.network == "x" else ""  # where they name the account, the new words name it, too
        self.sandbox.control(f"{self.kind}/texts/edit", address=address, text=named + text)

    def delete(self, address: str) -> None:
        self.sandbox.control(f"{self.kind}/texts/delete", address=address)

    def _write(self, text: str, **where: str) -> str:
        return str(self.sandbox.control(f"{self.kind}/texts", text=text, person=self.anna, **where)["address"])

    def thread(self, address: str) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = self.sandbox.inspect(f"{self.kind}/thread", address=address)["items"]
        return shown

    def answers(self, address: str, text: str) -> list[dict[str, Any]]:
        """What stands there with these words, written by an office or its bot."""
        return [item for item in self.thread(address) if item["text"] == text and not item["deleted"]]

    def fault(self, kind: str, method: str, **more: Any) -> None:
        self.sandbox.control("faults", network=self.kind, kind=kind, method=method, **more)

    def break_reading(self, fault: str) -> None:
        """The next look for news breaks."""
        if self.kind == "vk":
            self.fault("failed2", "longpoll")  # what knows no faults but its own: its key must be asked for anew
        self.fault(fault, self.reads, code=502)

    def limit(self, *, speaking: bool) -> timedelta:
        """The network does not let us for so long."""
        limit = self.limits[speaking]
        if self.kind == "vk" and not speaking:
            self.fault("failed2", "longpoll")  # the stream alone knows no limits: its key must be asked for anew
        if self.kind == "meta":
            switches = {"usage": 100, "regain": int(limit.wait.total_seconds() // 60)}
            self.sandbox.control("switches", network="meta", switches=switches)
        else:
            self.fault("error", self.speaks if speaking else self.reads, code=limit.code)
        return limit.wait

    def account(self, agency: Agency | None, place: Place) -> Account:
        """The voice, with its own place as a source. Nothing is due."""
        options = {"wait": 0, **self.options}
        more = {"title": "Город Речной", "agency": agency, "hook_secret": SECRET, "options": options}
        voice = inbox.account(self.network, self.external_id, self.keys, **more)
        named: dict[str, Any] = {"title": "Город Речной", "place": place}
        if not self.place or self.beside:
            inbox.source(voice, **named)
        if self.place:
            inbox.source(voice, self.place, kind=Source.Kind.FOREIGN, **named)
        return voice

    def access(self, **options: Any) -> Access:
        """The same voice as its connector sees it, without a database."""
        return connectors.access(self.sandbox, self.kind, self.external_id, self.keys, {**self.options, **options})


def _in_vk(city: town.Town) -> Stage:
    return Stage(
        *("vk", "vk", city.sandbox, str(city.anna), str(city.group)),
        {"community": city.token, "service": city.service},
        under=f"wall{city.wall}_{city.post}",
        speaks="wall.createComment",
        event="wall_reply_new",
        reads="groups.getLongPollServer",
        limits=(Limit(6, SECOND), Limit(9, HOUR, rests=False)),
        removals=True,
    )


def _beside(kind: str, speaks: str) -> Callable[[Sandbox], Stage]:
    """Under a photo or a video of our community or in a topic of its board, where a user's key speaks."""

    def build(sandbox: Sandbox) -> Stage:
        city = town.build(sandbox)
        stage = _in_vk(city)
        made = sandbox.control("vk/things", kind=kind, owner_id=city.wall, title="Двор")["address"]
        keys = {**stage.keys, "user": city.admin}
        return replace(stage, under=str(made), speaks=speaks, keys=keys, flat=kind == "topic")

    return build


BESIDE: dict[str, Callable[[Sandbox], Stage]] = {
    "photo": _beside("photo", "photos.createComment"),
    "topic": _beside("topic", "board.createComment"),
    "video": _beside("video", "video.createComment"),
}


def _in_ok(city: ok_town.OkTown) -> Stage:
    keys = {"application_key": city.application_key, "secret_key": city.secret_key}
    keys |= {"access": city.access, "group": city.bot}
    return Stage(
        *("ok", "ok", city.sandbox, city.anna, city.group, keys, city.topic),
        speaks="discussions.addDiscussionComment",
        event="",
        reads="discussions.getComments",
        limits=(Limit(11, HOUR), Limit(11, HOUR)),
    )


def _in_max(city: max_town.MaxTown) -> Stage:
    city.sandbox.control("switches", network="max", switches={"push_delays": [0.2, 0.2, 0.5, 1]})
    return Stage(
        *("max", "max", city.sandbox, str(city.anna), str(city.bot), {"bot": city.token}, city.post),
        speaks="createComment",
        event="comment_created",
        reads="getUpdates",
        removals=True,
        options={"channels": [city.channel]},
    )


def _in_telegram(city: telegram_town.Town) -> Stage:
    return Stage(
        *("telegram", "telegram", city.sandbox, city.anna, str(city.bot.number), {"bot": city.bot.token}, city.post),
        speaks="sendMessage",
        event="message",
        reads="getUpdates",
        options={"own_voices": [city.channel]},
        limits=(Limit(429, 3 * SECOND), Limit(429, 3 * SECOND)),
    )


def _in_facebook(city: meta_town.MetaTown) -> Stage:
    keys = {"page": city.token, "app_secret": meta_town.SECRET}
    return Stage(
        *("facebook", "meta", city.sandbox, city.anna, city.page, keys, city.post),
        speaks="POST comments",
        event="feed",
        limits=(Limit(80001, 7 * MINUTE), Limit(80001, 7 * MINUTE)),
        reads="GET comments",
        removals=True,
    )


def _in_instagram(city: meta_town.MetaTown) -> Stage:
    """Nobody edits a comment there, and nobody is told of a removal."""
    return replace(
        _in_facebook(city),
        network="instagram",
        external_id=city.account,
        under=city.media,
        speaks="POST replies",
        event="comments",
        removals=False,
        edits=False,
    )


def _in_x(city: x_town.XTown) -> Stage:
    keys = {"bearer": city.bearer, "user": city.user, "consumer_secret": x_town.SECRET}
    return Stage(
        *("x", "x", city.sandbox, city.anna, city.me, keys, ""),
        speaks="createPosts",
        event="post.mention.create",
        reads="getUsersMentions",
        limits=(Limit(429, 15 * MINUTE), Limit(88, 15 * MINUTE)),
    )


META: dict[str, Callable[[meta_town.MetaTown], Stage]] = {"instagram": _in_instagram, "facebook": _in_facebook}
STAGES: dict[str, Callable[[Sandbox], Stage]] = {
    "vk": lambda sandbox: _in_vk(town.build(sandbox)),
    "ok": lambda sandbox: _in_ok(ok_town.build(sandbox)),
    "max": lambda sandbox: _in_max(max_town.build(sandbox)),
    "telegram": lambda sandbox: _in_telegram(telegram_town.build(sandbox)),
    "instagram": lambda sandbox: _in_instagram(meta_town.build(sandbox)),
    "facebook": lambda sandbox: _in_facebook(meta_town.build(sandbox)),
    "x": lambda sandbox: _in_x(x_town.build(sandbox)),
}


def _vk_guest(sandbox: Sandbox) -> Stage:
    city = town.build(sandbox)
    return replace(
        _in_vk(city),
        external_id=str(city.guest),
        keys={"community": city.guest_token, "service": city.service, "user": city.admin},
        event="",
        reads="wall.get",
        place=str(city.group),
        forbid=lambda: sandbox.control(f"vk/communities/{city.group}/guests", guests="none"),
    )


def _ok_guest(sandbox: Sandbox) -> Stage:
    city = ok_town.build(sandbox)
    return replace(
        _in_ok(city),
        under=str(sandbox.control("ok/texts", place=city.other, text="Что нового у соседей?")["address"]),
        keys={"application_key": city.application_key, "secret_key": city.secret_key, "access": city.access},
        place=city.other,
        forbid=lambda: sandbox.control("ok/places", id=city.other, guests="none"),
    )


def _max_guest(sandbox: Sandbox) -> Stage:
    city = max_town.build(sandbox)
    city.admit(city.bot, city.other)
    return replace(
        _in_max(city),
        under=str(sandbox.control("max/texts", place=city.other, text="Что на дорогах?")["address"]),
        event="",
        reads="getComments",
        options={},
        place=str(city.other),
        forbid=lambda: city.admit(city.bot, city.other, "read_all_messages"),
    )


def _telegram_guest(sandbox: Sandbox) -> Stage:
    city = telegram_town.build(sandbox)
    return replace(
        _in_telegram(city),
        under=city.write("Как дела, соседи?", place=str(city.group), person=city.boris),
        options={},
        place=f"tg:{city.group}",
        forbid=lambda: city.sit(city.group, city.bot.number, "kicked"),
        beside=True,
    )


def _x_guest(sandbox: Sandbox) -> Stage:
    """Under somebody else's text X lets us answer whoever names us."""
    city = x_town.build(sandbox)
    return replace(
        _in_x(city),
        under=str(sandbox.control("x/texts", place=city.guest, text="Что на дорогах?")["address"]),
        event="",
        reads="searchPostsRecent",
        place=city.guest,
        forbid=lambda: sandbox.control("x/users", id=city.anna, protected=True),
        lead="@rechnoy ",
    )


GUESTS: dict[str, Callable[[Sandbox], Stage]] = {
    "vk": _vk_guest,
    "ok": _ok_guest,
    "max": _max_guest,
    "telegram": _telegram_guest,
    "x": _x_guest,
}


def _far(network: str, **place: Any) -> Callable[[Sandbox], Stage]:
    """Our own account as ever, and people who write under a post of a place that it has nothing to do with."""

    def build(sandbox: Sandbox) -> Stage:
        stage = STAGES[network](sandbox)
        if network == "instagram":
            place["page"] = sandbox.control("meta/places", name="Посёлок", username="poselok")["id"]
        made = str(sandbox.control(f"{stage.kind}/places", name="Посёлок Дальний", **place)["id"])
        stage.under = str(sandbox.control(f"{stage.kind}/texts", place=made, text="Новости посёлка")["address"])
        return stage

    return build


FAR: dict[str, Callable[[Sandbox], Stage]] = {
    "max": _far("max", link="dalniy"),
    "telegram": _far("telegram", username="dalniy"),
    "instagram": _far("instagram", kind="instagram", username="dalniy"),
    "facebook": _far("facebook", username="dalniy"),
    "x": _far("x", handle="dalniy"),
}
"""Where no API reaches: a channel or a group without our bot, a page that is not ours, a text that does not name us."""

EVERY: dict[str, Callable[[Sandbox], Stage]] = {
    **STAGES,
    **{f"guest in {kind}": build for kind, build in GUESTS.items()},
    **{f"far in {kind}": build for kind, build in FAR.items()},
}
"""All by the name that the fixture `stage` knows them by."""

"""One stage a network: a place of ours in the sandbox where a citizen complains, and the account that answers there.

Whatever differs between networks is said here once, so that the same story can be told of all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from otklik.networks.models import Account, Source, Token
from otklik.people.models import Agency
from otklik.places.models import Place
from tests.sandbox import max_town, meta_town, ok_town, telegram_town, town, x_town
from tests.sandbox.process import Sandbox

SECRET = "hook-secret_for-tests"
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
    news to who asks. Nobody can edit a comment where `edits` is false; `removals` are told by events of their own.
    `limits` are those of the reading and of the speaking call.
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
    edits: bool = True
    removals: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    limits: tuple[Limit, Limit] = (Limit(429, SECOND), Limit(429, SECOND))

    def complain(self, text: str) -> str:
        place = {"under": self.under} if self.under else {"place": self.external_id}
        return self._write(text, **place)

    def reply(self, text: str, under: str) -> str:
        return self._write(text, under=under)

    def answer_aside(self, text: str, under: str) -> str:
        """Somebody of the office answers on the network's own site, and our system has not asked him to."""
        place = {"place": self.external_id} if self.network == "x" else {}
        return str(self.sandbox.control(f"{self.kind}/texts", text=text, under=under, **place)["address"])

    def edit(self, address: str, text: str) -> None:
        named = "@rechnoy " if self.network == "x" else ""  # where they name the account, the new words name it, too
        self.sandbox.control(f"{self.kind}/texts/edit", address=address, text=named + text)

    def delete(self, address: str) -> None:
        self.sandbox.control(f"{self.kind}/texts/delete", address=address)

    def _write(self, text: str, **where: str) -> str:
        told = self.sandbox.control(f"{self.kind}/texts", text=text, person=self.anna, **where)
        return str(told["address"])

    def thread(self, address: str) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = self.sandbox.inspect(f"{self.kind}/thread", address=address)["items"]
        return shown

    def answers(self, address: str, text: str) -> list[dict[str, Any]]:
        """What stands there with these words, written by an office or its bot."""
        return [item for item in self.thread(address) if item["text"] == text and not item["deleted"]]

    def fault(self, kind: str, method: str, **more: Any) -> None:
        self.sandbox.control("faults", network=self.kind, kind=kind, method=method, **more)

    def limit(self, *, speaking: bool) -> timedelta:
        """The network does not let us for so long."""
        limit = self.limits[speaking]
        if self.kind == "vk" and not speaking:
            self.fault("failed2", "longpoll")  # the stream alone knows no limits: its key must be asked for anew
        if self.kind == "meta":
            told = {"usage": 100, "regain": int(limit.wait.total_seconds() // 60)}
            self.sandbox.control("switches", network="meta", switches=told)
        else:
            self.fault("error", self.speaks if speaking else self.reads, code=limit.code)
        return limit.wait

    def account(self, agency: Agency | None, place: Place) -> Account:
        """The voice, with its own place as a source. Nothing is due."""
        made = Account.objects.create(
            network=self.network,
            external_id=self.external_id,
            title="Город Речной",
            sandbox=True,
            agency=agency,
            hook_secret=SECRET,
            options={"wait": 0, **self.options},
        )
        for kind, secret in self.keys.items():
            Token.objects.create(account=made, kind=kind, secret=secret, per_second=1000)
        Source.objects.create(
            network=self.network,
            kind=Source.Kind.OWN,
            external_id=self.external_id,
            title="Город Речной",
            account=made,
            place=place,
        )
        return made


@dataclass
class Visit(Stage):
    """The same in a community that is not ours. `forbid` closes it to guests, `lead` is what a complaint begins with.

    `beside`: such places are heard by the account's own stream, so that is read, too.
    """

    place: str = ""
    forbid: Callable[[], object] = lambda: None
    lead: str = ""
    beside: bool = False

    def complain(self, text: str) -> str:
        return super().complain(self.lead + text)

    def account(self, agency: Agency | None, place: Place) -> Account:
        made = super().account(agency, place)
        own = Source.objects.get(account=made)
        if self.beside:
            own.pk = None
        own.kind, own.external_id = Source.Kind.FOREIGN, self.place
        own.save()
        return made


def _vk(sandbox: Sandbox) -> Stage:
    city = town.build(sandbox)
    return Stage(
        *("vk", "vk", sandbox, str(city.anna), str(city.group), {"community": city.token, "service": city.service}),
        under=f"wall{city.wall}_{city.post}",
        speaks="wall.createComment",
        event="wall_reply_new",
        reads="groups.getLongPollServer",
        limits=(Limit(6, SECOND), Limit(9, HOUR, rests=False)),
        removals=True,
    )


def _ok(sandbox: Sandbox) -> Stage:
    city = ok_town.build(sandbox)
    keys = {"application_key": city.application_key, "secret_key": city.secret_key}
    keys |= {"access": city.access, "group": city.bot}
    return Stage(
        *("ok", "ok", sandbox, city.anna, city.group, keys, city.topic),
        speaks="discussions.addDiscussionComment",
        event="",
        reads="discussions.getComments",
        limits=(Limit(11, HOUR), Limit(11, HOUR)),
    )


def _max(sandbox: Sandbox) -> Stage:
    city = max_town.build(sandbox)
    sandbox.control("switches", network="max", switches={"push_delays": [0.2, 0.2, 0.5, 1]})
    return Stage(
        *("max", "max", sandbox, str(city.anna), str(city.bot), {"bot": city.token}, city.post),
        speaks="createComment",
        event="comment_created",
        reads="getUpdates",
        removals=True,
        options={"channels": [city.channel]},
    )


def _telegram(sandbox: Sandbox) -> Stage:
    city = telegram_town.build(sandbox)
    return Stage(
        *("telegram", "telegram", sandbox, city.anna, str(city.bot.number), {"bot": city.bot.token}, city.post),
        speaks="sendMessage",
        event="message",
        reads="getUpdates",
        options={"own_voices": [city.channel]},
        limits=(Limit(429, 3 * SECOND), Limit(429, 3 * SECOND)),
    )


def _facebook(sandbox: Sandbox) -> Stage:
    city = meta_town.build(sandbox)
    keys = {"page": city.token, "app_secret": meta_town.SECRET}
    return Stage(
        *("facebook", "meta", sandbox, city.anna, city.page, keys, city.post),
        speaks="POST comments",
        event="feed",
        limits=(Limit(80001, 7 * MINUTE), Limit(80001, 7 * MINUTE)),
        reads="GET comments",
        removals=True,
    )


def _instagram(sandbox: Sandbox) -> Stage:
    city = meta_town.build(sandbox)
    keys = {"page": city.token, "app_secret": meta_town.SECRET}
    return Stage(
        *("instagram", "meta", sandbox, city.anna, city.account, keys, city.media),
        speaks="POST replies",
        event="comments",
        limits=(Limit(80001, 7 * MINUTE), Limit(80001, 7 * MINUTE)),
        reads="GET comments",
        edits=False,
    )


def _x(sandbox: Sandbox) -> Stage:
    city = x_town.build(sandbox)
    keys = {"bearer": city.bearer, "user": city.user, "consumer_secret": x_town.SECRET}
    return Stage(
        *("x", "x", sandbox, city.anna, city.me, keys, ""),
        speaks="createPosts",
        event="post.mention.create",
        reads="getUsersMentions",
        limits=(Limit(429, 15 * MINUTE), Limit(88, 15 * MINUTE)),
    )


STAGES: dict[str, Callable[[Sandbox], Stage]] = {
    "vk": _vk,
    "ok": _ok,
    "max": _max,
    "telegram": _telegram,
    "instagram": _instagram,
    "facebook": _facebook,
    "x": _x,
}


def _vk_guest(sandbox: Sandbox) -> Visit:
    city = town.build(sandbox)
    keys = {"community": city.guest_token, "service": city.service, "user": city.admin}
    under = f"wall{city.wall}_{city.post}"
    return Visit(
        *("vk", "vk", sandbox, str(city.anna), str(city.guest), keys, under),
        speaks="wall.createComment",
        event="",
        reads="wall.get",
        place=str(city.group),
        forbid=lambda: sandbox.control(f"vk/communities/{city.group}/guests", guests="none"),
    )


def _ok_guest(sandbox: Sandbox) -> Visit:
    city = ok_town.build(sandbox)
    keys = {"application_key": city.application_key, "secret_key": city.secret_key, "access": city.access}
    topic = str(sandbox.control("ok/texts", place=city.other, text="Что нового у соседей?")["address"])
    return Visit(
        *("ok", "ok", sandbox, city.anna, city.group, keys, topic),
        speaks="discussions.addDiscussionComment",
        event="",
        reads="discussions.getComments",
        place=city.other,
        forbid=lambda: sandbox.control("ok/places", id=city.other, guests="none"),
    )


def _max_guest(sandbox: Sandbox) -> Visit:
    city = max_town.build(sandbox)
    city.admit(city.bot, city.other)
    post = str(sandbox.control("max/texts", place=city.other, text="Что на дорогах?")["address"])
    return Visit(
        *("max", "max", sandbox, str(city.anna), str(city.bot), {"bot": city.token}, post),
        speaks="createComment",
        event="",
        reads="getComments",
        place=str(city.other),
        forbid=lambda: city.admit(city.bot, city.other, "read_all_messages"),
    )


def _telegram_guest(sandbox: Sandbox) -> Visit:
    city = telegram_town.build(sandbox)
    talk = city.write("Как дела, соседи?", place=str(city.group), person=city.boris)
    return Visit(
        *("telegram", "telegram", sandbox, city.anna, str(city.bot.number), {"bot": city.bot.token}, talk),
        speaks="sendMessage",
        event="",
        reads="getUpdates",
        place=f"tg:{city.group}",
        forbid=lambda: city.sit(city.group, city.bot.number, "kicked"),
        beside=True,
    )


def _x_guest(sandbox: Sandbox) -> Visit:
    """Under somebody else's text X lets us answer whoever names us."""
    city = x_town.build(sandbox)
    talk = str(sandbox.control("x/texts", place=city.guest, text="Что на дорогах?")["address"])
    return Visit(
        *("x", "x", sandbox, city.anna, city.me, {"bearer": city.bearer, "user": city.user}, talk),
        speaks="createPosts",
        event="",
        reads="searchPostsRecent",
        place=city.guest,
        forbid=lambda: sandbox.control("x/users", id=city.anna, protected=True),
        lead="@rechnoy ",
    )


GUESTS: dict[str, Callable[[Sandbox], Visit]] = {
    "vk": _vk_guest,
    "ok": _ok_guest,
    "max": _max_guest,
    "telegram": _telegram_guest,
    "x": _x_guest,
}


def _far(ours: Callable[[Sandbox], Stage], put: Callable[[Sandbox, Stage], str]) -> Callable[[Sandbox], Stage]:
    """Our own account as ever, and people who write where it cannot go: `put` makes the text they write under."""

    def build(sandbox: Sandbox) -> Stage:
        stage = ours(sandbox)
        stage.under = put(sandbox, stage)
        return stage

    return build


def _put(sandbox: Sandbox, stage: Stage, **place: Any) -> str:
    """Somebody else's post in a place of this network that our account has nothing to do with."""
    made = str(sandbox.control(f"{stage.kind}/places", name="Посёлок Дальний", **place)["id"])
    return str(sandbox.control(f"{stage.kind}/texts", place=made, text="Новости посёлка")["address"])


FAR: dict[str, Callable[[Sandbox], Stage]] = {
    "max": _far(_max, lambda sandbox, stage: _put(sandbox, stage, link="dalniy")),
    "telegram": _far(_telegram, lambda sandbox, stage: _put(sandbox, stage, username="dalniy")),
    "instagram": _far(
        _instagram,
        lambda sandbox, stage: _put(
            sandbox,
            stage,
            kind="instagram",
            username="dalniy",
            page=sandbox.control("meta/places", name="Посёлок", username="poselok")["id"],
        ),
    ),
    "facebook": _far(_facebook, lambda sandbox, stage: _put(sandbox, stage, username="dalniy")),
    "x": _far(_x, lambda sandbox, stage: _put(sandbox, stage, handle="dalniy")),
}
"""Where no API reaches: a channel or a group without our bot, a page that is not ours, a text that does not name us."""

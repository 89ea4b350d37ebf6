"""One stage a network: a place of ours in the sandbox where a citizen complains, and the account that answers there.

Whatever differs between networks is said here once, so that the same story can be told of all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from otklik.networks.models import Account, Source, Token
from otklik.people.models import Agency
from otklik.places.models import Place
from tests.sandbox import max_town, meta_town, ok_town, telegram_town, town, x_town
from tests.sandbox.process import Sandbox

SECRET = "hook-secret_for-tests"


@dataclass
class Stage:
    """`under` is the post that people comment ("" on X, where they name the account), `speaks` the call that answers.

    `event` is the kind of event that tells of a comment, "" where the network pushes none.
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
    options: dict[str, Any] = field(default_factory=dict)

    def complain(self, text: str) -> str:
        place = {"under": self.under} if self.under else {"place": self.external_id}
        return self._write(text, **place)

    def reply(self, text: str, under: str) -> str:
        return self._write(text, under=under)

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
    """The same in a community that is not ours. `forbid` closes it to guests."""

    place: str = ""
    forbid: Callable[[], object] = lambda: None

    def account(self, agency: Agency | None, place: Place) -> Account:
        made = super().account(agency, place)
        Source.objects.filter(account=made).update(kind=Source.Kind.FOREIGN, external_id=self.place)
        return made


def _vk(sandbox: Sandbox) -> Stage:
    city = town.build(sandbox)
    keys = {"community": city.token, "service": city.service}
    under = f"wall{city.wall}_{city.post}"
    return Stage(
        "vk", "vk", sandbox, str(city.anna), str(city.group), keys, under, "wall.createComment", "wall_reply_new"
    )


def _ok(sandbox: Sandbox) -> Stage:
    city = ok_town.build(sandbox)
    keys = {"application_key": city.application_key, "secret_key": city.secret_key}
    keys |= {"access": city.access, "group": city.bot}
    return Stage("ok", "ok", sandbox, city.anna, city.group, keys, city.topic, "discussions.addDiscussionComment", "")


def _max(sandbox: Sandbox) -> Stage:
    city = max_town.build(sandbox)
    sandbox.control("switches", network="max", switches={"push_delays": [0.2, 0.2, 0.5, 1]})
    return Stage(
        *("max", "max", sandbox, str(city.anna), str(city.bot), {"bot": city.token}, city.post),
        speaks="createComment",
        event="comment_created",
        options={"channels": [city.channel]},
    )


def _telegram(sandbox: Sandbox) -> Stage:
    city = telegram_town.build(sandbox)
    number = str(city.bot.number)
    return Stage(
        "telegram", "telegram", sandbox, city.anna, number, {"bot": city.bot.token}, city.post, "sendMessage", "message"
    )


def _facebook(sandbox: Sandbox) -> Stage:
    city = meta_town.build(sandbox)
    keys = {"page": city.token, "app_secret": meta_town.SECRET}
    return Stage("facebook", "meta", sandbox, city.anna, city.page, keys, city.post, "POST comments", "feed")


def _instagram(sandbox: Sandbox) -> Stage:
    city = meta_town.build(sandbox)
    keys = {"page": city.token, "app_secret": meta_town.SECRET}
    return Stage("instagram", "meta", sandbox, city.anna, city.account, keys, city.media, "POST replies", "comments")


def _x(sandbox: Sandbox) -> Stage:
    city = x_town.build(sandbox)
    keys = {"bearer": city.bearer, "user": city.user, "consumer_secret": x_town.SECRET}
    return Stage("x", "x", sandbox, city.anna, city.me, keys, "", "createPosts", "post.mention.create")


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
        *("vk", "vk", sandbox, str(city.anna), str(city.guest), keys, under, "wall.createComment", ""),
        place=str(city.group),
        forbid=lambda: sandbox.control(f"vk/communities/{city.group}/guests", guests="none"),
    )


def _ok_guest(sandbox: Sandbox) -> Visit:
    city = ok_town.build(sandbox)
    keys = {"application_key": city.application_key, "secret_key": city.secret_key, "access": city.access}
    topic = str(sandbox.control("ok/texts", place=city.other, text="Что нового у соседей?")["address"])
    return Visit(
        *("ok", "ok", sandbox, city.anna, city.group, keys, topic, "discussions.addDiscussionComment", ""),
        place=city.other,
        forbid=lambda: sandbox.control("ok/places", id=city.other, guests="none"),
    )


GUESTS: dict[str, Callable[[Sandbox], Visit]] = {"vk": _vk_guest, "ok": _ok_guest}

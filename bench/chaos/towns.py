"""The seven networks on one sandbox, each with a place of ours, an account that answers there, and how it is heard."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.urls import reverse

from bench.chaos import plan
from otklik.lib import clock
from otklik.networks.access import access_to, http_client
from otklik.networks.models import Account, LegalSwitch, Source
from otklik.networks.registry import NETWORKS
from tests.region import build_people
from tests.sandbox.process import Sandbox
from tests.stages import STAGES, Stage

ASKED = ("vk", "ok")  # one holds the line, the other pushes no comments; the rest push, and are asked now and then
OPTIONS = {"wait": 5, "poll_seconds": 5, "watch_seconds": 5, "reconcile_seconds": 5}
DELAYS = [0.5, 1.0, *[2.0] * 60]  # seconds between the tries of a push: scaled like everything
EVERY = 1_000_000  # reads that lag: all of them
PUSHING = ("max", "telegram", "meta", "x")


class Whole(Sandbox):
    """One world for all networks: no town makes the others forgotten."""

    def control(self, path: str, **payload: Any) -> Any:
        return {} if path == "reset" else super().control(path, **payload)


@dataclass(frozen=True)
class Region:
    sandbox: Whole
    people: dict[str, Any]
    towns: dict[str, Stage]


def allow() -> None:
    """An administrator has switched every network on."""
    for network in plan.NETWORKS:
        LegalSwitch.objects.create(network=network, read=True, speak=True, at=clock.now(), reason="для испытаний")


def build(sandbox: Whole, off: int) -> Region:
    """The region's people and the towns by network. The networks' clock is off from the first text on."""
    settings.SANDBOX_ADDRESS = sandbox.base
    http_client.cache_clear()
    sandbox.control("clock", offset=off)
    people = build_people()
    towns: dict[str, Stage] = {}
    allow()
    for network in plan.NETWORKS:
        towns[network] = STAGES[network](sandbox)
        account = towns[network].account(people["agency"], people["place"])
        account.options = {**account.options, **OPTIONS, "push": network not in ASKED}
        account.save(update_fields=["options"])
    for kind in PUSHING:
        sandbox.control("switches", network=kind, switches={"push_delays": DELAYS})
    sandbox.control("switches", network="x", switches={"rate_limits": False})  # a quarter of an hour is not scaled
    for kind in {town.kind for town in towns.values()}:
        sandbox.control("faults", network=kind, kind="lag", method="*", seconds=plan.LAG, count=EVERY)
    return Region(sandbox, people, towns)


def listen() -> None:
    """Let the networks push to the running site, and every place be read from now on."""
    for account in Account.objects.exclude(network__in=ASKED):
        hook = settings.ADDRESS + reverse("hook", args=[account.network, account.hook_key])
        network = NETWORKS[account.network]
        Account.objects.filter(pk=account.pk).update(confirmation=network.confirmation_code(access_to(account)))
        network.subscribe(access_to(Account.objects.get(pk=account.pk)), hook)
    Source.objects.update(due_at=clock.now())


def write(sandbox: Whole, town: Stage, comment: plan.Comment) -> str:
    """What the citizen writes, each under his own name; the address."""
    named = sandbox.control(f"{town.kind}/people", name=f"Житель {comment.number + 1}")
    text = f"Во дворе на Красной, {comment.number + 1} в Речном третий день темно, не горит фонарь"
    return replace(town, anna=str(named["id"])).complain(text)


def plant(sandbox: Whole, town: Stage, fault: plan.Fault) -> None:
    more: Mapping[str, Any] = {"seconds": fault.seconds, "code": 502}
    sandbox.control("faults", network=town.kind, kind=fault.kind, method=town.speaks, **more)

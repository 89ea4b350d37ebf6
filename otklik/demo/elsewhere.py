"""The other networks of the demonstration: our own rows, and what the sandbox has to know of them.

`make_elsewhere` fills our tables, `introduce` tells the sandbox the places and keys. All of it may be repeated.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from otklik.demo.control import Control
from otklik.demo.walls import SEATS, VOICES_ELSEWHERE, Seat, read_as
from otklik.networks.base import Json
from otklik.networks.models import Account, LegalSwitch, Source, Token
from otklik.networks.registry import NETWORKS
from otklik.people.models import Agency
from otklik.places.models import Place

REASON = "Учебный регион: все сети играет песочница на этом компьютере, настоящие сети не затронуты."
PER_SECOND = 15.0
"""The sandbox is asked as often as need be: the start must not wait for a paid network's pace."""
SHARED = {"app_secret", "consumer_secret"}
"""Keys of the application: one for all its accounts, Facebook's and Instagram's too."""
OPTIONS: Mapping[str, dict[str, Json]] = {
    "ok": {"watch_seconds": 15},
    "max": {"reconcile_seconds": 60},
    "telegram": {"reconcile_seconds": 60, "watch_seconds": 60},
    "instagram": {"reconcile_seconds": 60},
    "facebook": {"reconcile_seconds": 60},
    "x": {"reconcile_seconds": 120},
}
OPENING = "Здравствуйте! Пишите под этой записью, что не работает рядом с вами: мы читаем и отвечаем."

Keys = dict[tuple[str, str, str], str]
"""Network, number of the account and kind of key → the key."""


def make_elsewhere(now: datetime, agencies: Mapping[str, Agency], places: Mapping[str, Place]) -> None:
    """Accounts, keys, sources, and the decision that every network is on here. An administrator's word stays."""
    for kind in NETWORKS:
        defaults = {"read": True, "speak": True, "at": now, "reason": f"{REASON} {_in_earnest(kind)}".rstrip()}
        LegalSwitch.objects.get_or_create(network=kind, defaults=defaults)
    voices: dict[str, Account] = {}
    for seat in SEATS:
        account = voices[seat.network] if seat.foreign else _account(seat, agencies)
        voices.setdefault(seat.network, account)
        if Source.objects.filter(network=seat.network, name=read_as(seat)).exists():
            continue  # an earlier start made it, and the network calls it by another address since
        Source.objects.get_or_create(
            network=seat.network,
            kind=Source.Kind.FOREIGN if seat.foreign else Source.Kind.OWN,
            external_id=read_as(seat),
            defaults={
                "title": seat.title,
                "url": settings.SANDBOX_ADDRESS + _page(seat),
                "account": account,
                "place": places[seat.place] if seat.place else None,
                "audience": seat.audience,
                "guests_may_speak": True if seat.foreign else None,
            },
        )


def _in_earnest(kind: str) -> str:
    """What stands switched off in a real installation, where the law's own word holds at first."""
    law = NETWORKS[kind].law
    if not law.read:
        return "В настоящей установке эта сеть выключена, пока администратор не решит иначе."
    return "" if law.speak else "В настоящей установке ответы здесь выключены, пока администратор не решит иначе."


def _account(seat: Seat, agencies: Mapping[str, Agency]) -> Account:
    options: dict[str, Json] = {"push": True, **OPTIONS[seat.network]}
    if seat.network == "max":
        options["channels"] = [int(seat.chat)]
    account, made = Account.objects.get_or_create(
        network=seat.network,
        external_id=seat.number,
        defaults={
            "title": seat.title,
            "agency": agencies[seat.agency] if seat.agency else None,
            "sandbox": True,
            "hook_secret": secrets.token_hex(16),
            "options": options,
        },
    )
    if made:
        kinds = [key.kind for key in NETWORKS[seat.network].keys if key.kind != "instagram"]
        for kind in kinds:
            Token.objects.create(account=account, kind=kind, secret=_secret(seat, kind), per_second=PER_SECOND)
    return account


def _secret(seat: Seat, kind: str) -> str:
    """A new key in the shape of its network; the application's own is one for all."""
    if kind in SHARED:
        known = Token.objects.filter(kind=kind, account__sandbox=True).first()
        return known.secret if known else secrets.token_hex(20)
    if seat.network == "telegram":
        return f"{seat.number}:AA{secrets.token_hex(16)}"
    return secrets.token_hex(24)


def _page(seat: Seat) -> str:
    """Where people see the place in the sandbox."""
    return {
        "ok": f"/ok/group/{seat.number}",
        "max": f"/max/c/{seat.chat}",
        "telegram": f"/telegram/{seat.handle}",
        "instagram": f"/meta/{seat.handle}/",
        "facebook": f"/meta/{seat.number}",
        "x": f"/x/{seat.handle}",
    }[seat.network]


def keys_of_accounts() -> Keys:
    """The keys as our rows have them."""
    tokens = Token.objects.filter(account__sandbox=True, account__network__in=OPTIONS).select_related("account")
    return {(one.account.network, one.account.external_id, one.kind): one.secret for one in tokens}


def keep(keys: Keys) -> None:
    """Our rows take the keys that the sandbox gave."""
    for (network, number, kind), secret in keys.items():
        for token in Token.objects.filter(account__network=network, account__external_id=number, kind=kind):
            if token.secret != secret:
                token.secret = secret
                token.save(update_fields=["secret"])


def introduce(control: Control, keys: Keys) -> Keys:
    """Tell the sandbox the places and our keys; the keys as they are now. Raises NoSandbox."""
    for seat in sorted(SEATS, key=lambda one: bool(one.page)):  # a Page before the account that belongs to it
        control.post(f"/control/{_prefix(seat)}/places", **_described(seat))
    new_keys: Keys = {}
    for seat in VOICES_ELSEWHERE:
        mine = {kind: secret for (network, number, kind), secret in keys.items()
                if (network, number) == (seat.network, seat.number)}  # fmt: skip
        new_keys |= {(seat.network, seat.number, kind): secret for kind, secret in _lend(control, seat, mine).items()}
    return new_keys


def open_places(control: Control) -> None:
    """A post where there is none yet, so that people have something to write under. Raises NoSandbox."""
    for seat in SEATS:
        there = control.get(f"/control/{_prefix(seat)}/posts", place=seat.written_in, before=2**33, most=1)
        if not there["items"]:
            control.post(f"/control/{_prefix(seat)}/texts", place=seat.written_in, text=OPENING)


def _prefix(seat: Seat) -> str:
    return NETWORKS[seat.network].prefix


def _described(seat: Seat) -> dict[str, Any]:
    payload: dict[str, Any] = {"id": seat.written_in, "name": seat.title}
    name = {"ok": "shortname", "max": "link", "x": "handle"}.get(seat.network, "username")
    payload[name] = seat.handle
    if seat.network == "telegram":
        payload["kind"] = "supergroup"
    elif seat.network == "instagram":
        payload |= {"kind": "instagram", "page": seat.page}
    elif seat.network == "ok":
        payload["guests"] = "any"
    return payload


def _lend(control: Control, seat: Seat, keys: Mapping[str, str]) -> dict[str, str]:
    """The account's keys by kind, as the sandbox has them now: some it chooses itself."""
    path = f"/control/{_prefix(seat)}/tokens"

    def give(kind: str, ours: str, **more: Any) -> dict[str, Any]:
        payload = {"kind": kind, **more} | ({"token": keys[ours]} if keys.get(ours) else {})
        return control.post(path, **payload)

    if seat.network == "ok":  # the application's keys are the sandbox's own, and it takes an access token but once
        access = control.post(path, kind="access", place=seat.number)
        group = give("group", "group", place=seat.number)
        both = {name: str(access[name]) for name in ("application_key", "secret_key")}
        return {**both, "access": str(access["token"]), "group": str(group["token"])}
    if seat.network in ("max", "telegram"):
        bot = give("bot", "bot", id=int(seat.number), name=seat.title, place=int(seat.chat))
        return {"bot": str(bot["token"])}
    if seat.network == "x":
        secret = give("consumer_secret", "consumer_secret")
        bearer, user = give("bearer", "bearer"), give("user", "user", place=seat.number)
        return {"consumer_secret": secret["token"], "bearer": bearer["token"], "user": user["token"]}
    shared = {"secret": keys["app_secret"]} if keys.get("app_secret") else {}
    page = give("page", "page", place=seat.page or seat.number, **shared)
    return {"page": str(page["token"]), "app_secret": str(page["app_secret"])}

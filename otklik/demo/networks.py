"""Voices and read places of the demonstration, here and in the sandbox.

`make_networks` fills our own tables; `connect` makes the sandbox agree with them over its control API. The sandbox is
another process: nothing of it is imported.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from otklik.demo.control import Control, NoSandbox
from otklik.demo.elsewhere import introduce, keep, keys_of_accounts, make_elsewhere
from otklik.demo.planting import plant
from otklik.demo.walls import ADMIN_PERSON, ALL, OWN, REGION, Wall
from otklik.lib import clock
from otklik.networks.access import access_to
from otklik.networks.errors import NetworkError
from otklik.networks.models import Account, Source, Token
from otklik.networks.registry import NETWORKS
from otklik.people.models import Agency
from otklik.places.models import Place

VK = "vk"
KINDS = {"community": "group", "service": "service", "user": "user"}
"""Our kind of token → the sandbox's."""


def make_networks(now: datetime) -> None:
    """Accounts, sources and tokens, once. Nothing is read until `connect` has set the first look."""
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    places = {place.code: place for place in Place.objects.filter(level=Place.Level.MUNICIPALITY)}
    with transaction.atomic():
        voices = {wall.number: _account(wall, agencies) for wall in OWN}
        for wall in ALL:
            Source.objects.get_or_create(
                network=VK,
                kind=Source.Kind.FOREIGN if wall.foreign else Source.Kind.OWN,
                external_id=str(wall.number),
                defaults={
                    "title": wall.title,
                    "url": f"{settings.SANDBOX_ADDRESS}/vk/wall-{wall.number}",
                    "account": voices.get(wall.number) or voices[REGION.number],
                    "place": places[wall.place] if wall.place else None,
                    "audience": wall.audience,
                    "guests_may_speak": wall.guests != "none" if wall.foreign else None,
                },
            )
        make_elsewhere(now, agencies, places)


def _account(wall: Wall, agencies: Mapping[str, Agency]) -> Account:
    account, made = Account.objects.get_or_create(
        network=VK,
        external_id=str(wall.number),
        defaults={
            "title": wall.title,
            "agency": agencies[wall.agency] if wall.agency else None,
            "sandbox": True,
            "hook_secret": secrets.token_hex(16),
            "options": {"push": True, "reconcile_seconds": 60, "watch_seconds": 15},
        },
    )
    if made:
        Token.objects.bulk_create(
            Token(account=account, kind=kind, secret=f"vk1.a.{secrets.token_urlsafe(32)}", per_second=rate)
            for kind, rate in (("community", 15.0), ("service", 2.5), ("user", 2.5))
        )
    return account


def connect(sandbox_address: str, token: str) -> None:
    """Communities of all networks, people, tokens, the threads of open cards, subscriptions. Every start may call it.

    The web process must be up: the sandbox asks our hook for the confirmation code. Raises NoSandbox with a sentence.
    """
    accounts = list(Account.objects.filter(sandbox=True, active=True))
    with Control(sandbox_address, token) as control:
        there = {community["id"] for community in control.get("/control/vk/communities")["communities"]}
        known = there >= {wall.number for wall in ALL} and all(_is_subscribed(account) for account in accounts)
        if not known:
            _introduce(control)
            keep(introduce(control, keys_of_accounts()))
        if not there:
            _forget_cursors()
        plant(control, again=not there)
    for account in [] if known else accounts:
        try:
            subscribe(account)
        except NetworkError as refusal:
            raise NoSandbox(f"Песочница не подписала «{account.title}» на события: {refusal}") from refusal
    # A source that waits for nothing has never been read, or was read of a sandbox that is gone.
    Source.objects.filter(account__sandbox=True, active=True, due_at=None).update(due_at=clock.now())


def _introduce(control: Control) -> None:
    """Tell the sandbox the communities, their administrator and everybody's tokens."""
    for wall in ALL:
        control.post(
            "/control/vk/communities", id=wall.number, name=wall.title, screen_name=wall.screen_name, guests=wall.guests
        )
    control.post("/control/vk/people", id=ADMIN_PERSON, first_name="Редактор", last_name="Сообществ")
    for one in Token.objects.filter(account__sandbox=True, account__network=VK).select_related("account"):
        _lend(control, one)


def _lend(control: Control, token: Token) -> None:
    number = int(token.account.external_id)
    given: dict[str, Any] = {"kind": KINDS[token.kind], "token": token.secret}
    if token.kind == "community":
        given["holder"] = number
    elif token.kind == "user":
        given |= {"holder": ADMIN_PERSON, "admin_of": [number]}
    control.post("/control/vk/tokens", **given)


def _forget_cursors() -> None:
    """The sandbox has lost its memory: what we remember of its walls is about other posts."""
    Source.objects.filter(account__sandbox=True).update(cursor={})


def subscribe(account: Account) -> None:
    """Push events to our hook. The code is kept first: the network asks for it while `subscribe` runs."""
    network = NETWORKS[account.network]
    code = network.confirmation_code(access_to(account))
    if code != account.confirmation:
        Account.objects.filter(pk=account.pk).update(confirmation=code)
        account.confirmation = code
    hook = hook_of(account)
    network.subscribe(access_to(account), hook)
    Account.objects.filter(pk=account.pk).update(options={**account.options, "hook": hook})


def _is_subscribed(account: Account) -> bool:
    return bool(account.options.get("hook") == hook_of(account))


def hook_of(account: Account) -> str:
    """The address that the network pushes this account's events to."""
    return settings.ADDRESS + reverse("hook", kwargs={"network": account.network, "key": account.hook_key})

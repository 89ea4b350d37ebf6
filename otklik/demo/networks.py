"""Voices and read places of the demonstration, here and in the sandbox.

`make_networks` fills our own tables; `connect` makes the sandbox agree with them over its control API. The sandbox is
another process: nothing of it is imported.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.urls import reverse

from otklik.demo.control import Control, NoSandbox
from otklik.demo.elsewhere import introduce, keep, keys_of_accounts, make_elsewhere, open_places
from otklik.demo.planting import plant
from otklik.demo.walls import ADMIN_PERSON, ALL, EDITOR, OWN, REGION, Wall
from otklik.inbox.models import Message
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
BROKEN_OFF = 3600.0  # seconds that the sandbox's clock may be behind ours


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
        if _is_of_another(control, accounts):
            control.post("/control/reset")
        there = {community["id"] for community in control.get("/control/vk/communities")["communities"]}
        known = there >= {wall.number for wall in ALL} and all(_is_subscribed(account) for account in accounts)
        if not there:
            # What is planted now was written in the past, and times there never go back.
            control.post("/control/clock", fixed=_earliest().timestamp())
            _forget_cursors()
        if not known:
            _introduce(control)
            keep(introduce(control, keys_of_accounts()))
        plant(control, again=not there)
        control.post("/control/clock")
        if not known:
            open_places(control)
        control.post("/control/admission", whom="networks")
        for account in [] if known else accounts:
            try:
                subscribe(account)
            except NetworkError as refusal:
                raise NoSandbox(f"Песочница не подписала «{account.title}» на события: {refusal}") from refusal
        # Whoever writes from now on is pushed to us.
        control.post("/control/admission", whom="all")
    # A source that waits for nothing has never been read, or was read of a sandbox that is gone.
    Source.objects.filter(account__sandbox=True, active=True, due_at=None).update(due_at=clock.now())


def _is_of_another(control: Control, accounts: Sequence[Account]) -> bool:
    """The sandbox remembers what this database has never heard of: that of an earlier one, or half of a start that was
    broken off, which has left the clock in the past. Its old texts would come as new cards."""
    behind = clock.now().timestamp() - float(control.get("/control/clock")["now"])
    if behind > BROKEN_OFF:
        return True
    joined = any("hook" in account.options for account in accounts)
    return not joined and bool(control.get("/control/vk/communities")["communities"])


def _earliest() -> datetime:
    """Before everything that our rows tell of."""
    first_at = Message.objects.aggregate(first=Min("posted_at"))["first"] or clock.now()
    return min(first_at, clock.now()) - timedelta(days=1)


def _introduce(control: Control) -> None:
    """Tell the sandbox the communities, their administrator and everybody's tokens."""
    for wall in ALL:
        control.post(
            "/control/vk/communities", id=wall.number, name=wall.title, screen_name=wall.screen_name, guests=wall.guests
        )
    control.post("/control/vk/people", id=ADMIN_PERSON, first_name="Редактор", last_name="Сообществ")
    control.post("/control/ok/people", id=EDITOR, name=REGION.title)
    for one in Token.objects.filter(account__sandbox=True, account__network=VK).select_related("account"):
        _lend(control, one)


def _lend(control: Control, token: Token) -> None:
    number = int(token.account.external_id)
    payload: dict[str, Any] = {"kind": KINDS[token.kind], "token": token.secret}
    if token.kind == "community":
        payload["holder"] = number
    elif token.kind == "user":
        payload |= {"holder": ADMIN_PERSON, "admin_of": [number]}
    control.post("/control/vk/tokens", **payload)


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

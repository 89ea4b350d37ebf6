"""A database that cannot grow: what came in is refused, so that the network brings it again, and half of it is nowhere.

SQLite's own limit on pages stands for the full disk: both are told by the same error.
"""

import json

import pytest
from django.db import connection
from django.test import Client

from otklik.networks.models import RawEvent
from tests.region import Region
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
NO_LIMIT = 4294967294


def limit(pages: int) -> None:
    """Pages that earlier tests emptied are given back first: they would be room."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute(f"PRAGMA max_page_count = {pages}")


def push(region: Region, number: int) -> int:
    """A network's event that needs many pages of its own; the status that the network hears."""
    told = {
        "type": "wall_reply_new",
        "group_id": int(region.guest.external_id),
        "secret": region.guest.hook_secret,
        "event_id": f"e{number}",
        "object": {"id": number, "text": "Темно. " * 40_000},
    }
    address = f"/hooks/vk/{region.guest.hook_key}/"
    client = Client(raise_request_exception=False)
    return client.post(address, json.dumps(told), content_type="application/json").status_code


def test_an_event_that_finds_no_room_is_refused_whole_and_taken_when_there_is_room(
    town: Town, committed_region: Region
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("how much room a server has cannot be said from here")
    before = RawEvent.objects.count()
    limit(1)  # as many pages as there are now
    try:
        assert push(committed_region, 1) == 503
        assert RawEvent.objects.count() == before
    finally:
        limit(NO_LIMIT)
    assert push(committed_region, 1) == 200
    assert RawEvent.objects.count() == before + 1

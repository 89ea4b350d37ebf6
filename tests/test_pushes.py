"""The site is killed while networks push: what was acknowledged is there, and once."""

import json
import os
import signal
import threading
from pathlib import Path

import httpx
import pytest

from otklik.networks.models import RawEvent
from tests.make import inbox
from tests.processes import CLI, environment, running, status, until_seen
from tests.sandbox.process import free_port

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]
SECRET = "the-secret-of-the-hook"
LINES = 6


def test_nothing_that_was_acknowledged_is_lost_when_the_site_is_killed(tmp_path: Path) -> None:
    account = inbox.account("vk", "12", hook_secret=SECRET)
    port = free_port()
    address = f"http://127.0.0.1:{port}/hooks/vk/{account.hook_key}/"
    acknowledged: list[str] = []

    def push(line: int) -> None:
        with httpx.Client(timeout=30, trust_env=False) as network:
            for number in range(10_000):
                event = {"type": "wall_reply_new", "group_id": 12, "secret": SECRET, "event_id": f"{line}-{number}"}
                try:
                    answer = network.post(address, json=event | {"object": {}})
                except httpx.TransportError:
                    return
                assert answer.content == b"ok"
                acknowledged.append(f"{line}-{number}")

    lines = [threading.Thread(target=push, args=(line,)) for line in range(LINES)]
    with running([*CLI, "serve"], environment(OTKLIK_PORT=str(port)), tmp_path / "site.log") as site:
        until_seen(lambda: status(f"http://127.0.0.1:{port}/healthz") == 200, "the site", site)
        for line in lines:
            line.start()
        until_seen(lambda: len(acknowledged) > 200, "two hundred events", site)
        os.killpg(site.popen.pid, signal.SIGKILL)  # each of its processes at once
        for line in lines:
            line.join()
    kept = [json.loads(bytes(row))["event_id"] for row in RawEvent.objects.values_list("body", flat=True)]
    assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept))
    assert len(kept) - len(acknowledged) <= LINES, "at most one down each line was stored and not acknowledged any more"

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.networks import keeping, legal
from otklik.networks.access import access_to
from otklik.networks.errors import SwitchedOff
from otklik.networks.models import RawEvent
from otklik.publishing.fate import published_by_hand
from otklik.publishing.models import Delivery, Sent
from tests.region import FINAL, Region, approved, assigned, hear, listen, only_card, settle
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def turn(region: Region, *, read: bool, speak: bool, reason: str = "так решил юрист") -> bool:
    return legal.decide("vk", read, speak, reason, legal.seen("vk"), region.administrator, clock.now())


def calls(town: Town) -> int:
    """How many calls of its API the sandbox has answered."""
    return len(town.sandbox.record.read_text().splitlines()) if town.sandbox.record.exists() else 0


def test_nothing_is_asked_of_a_network_that_is_off_or_taken_from_it_and_nothing_is_lost(
    client: Client, town: Town, region: Region
) -> None:
    town.comment("Темно во дворе в Речном")
    turn(region, read=False, speak=False)
    before = calls(town)
    listen()
    with pytest.raises(SwitchedOff):
        access_to(region.own)
    assert keeping.trouble_with(region.own, {"community": town.token})[0].why.startswith("Сеть «ВКонтакте» выключена")
    assert (Incident.objects.count(), calls(town)) == (0, before)
    event = {"type": "wall_reply_new", "group_id": town.guest, "secret": region.guest.hook_secret, "object": {}}
    address = f"/hooks/vk/{region.guest.hook_key}/"
    answer = client.post(address, event, content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30"), "it is to be brought again"
    assert not RawEvent.objects.exists()
    turn(region, read=True, speak=False)
    assert client.post(address, event, content_type="application/json").status_code == 200
    listen()
    assert only_card().state == "new"


@pytest.mark.parametrize("by_hand", [False, True])
def test_an_answer_waits_for_the_switch_and_goes_out_once_or_by_hand(town: Town, region: Region, by_hand: bool) -> None:
    hear(town, "Темно во дворе в Речном")
    turn(region, read=True, speak=False)
    approved(region, assigned(region, only_card()))
    settle()
    held = Delivery.objects.get()
    assert (held.state, held.hold) == (Delivery.State.QUEUED, Delivery.Hold.LEGAL)
    assert held.words.startswith("Публикация в сети «ВКонтакте» выключена")
    assert not any(item["from_group"] for item in town.thread())
    if by_hand:
        link = f"{town.sandbox.base}/vk/wall{town.wall}_{town.post}?reply=99"
        published_by_hand(held, link, region.approver, timezone.now())
        assert Sent.objects.get().by_hand == region.approver
        return
    turn(region, read=True, speak=True)
    Delivery.objects.filter(due_at__isnull=False).update(due_at=clock.now() - timedelta(seconds=1))
    settle()
    assert [item["text"] for item in town.thread() if item["from_group"]] == [FINAL.text]


def test_to_switch_on_takes_a_reason_and_the_journal_remembers_who(region: Region) -> None:
    turn(region, read=False, speak=False, reason="")
    with pytest.raises(Refused, match="no_reason"):
        turn(region, read=True, speak=False, reason=" ")
    assert not legal.allowed("vk").read
    seen = legal.seen("vk")
    turn(region, read=True, speak=False)
    with pytest.raises(Refused, match="overtaken"):
        legal.decide("vk", True, True, "не видел", seen, region.administrator, clock.now())
    last = Entry.objects.filter(verb="network.decide").order_by("-pk")[0]
    assert (last.actor, last.subject) == (f"user:{region.administrator.pk}", "network:vk")
    assert last.data == {"network": "vk", "read": True, "speak": False, "before": {"read": False, "speak": False}}

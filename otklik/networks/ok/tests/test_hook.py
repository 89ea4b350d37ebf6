"""The webhook: there is no signature, so the shape, our own address and, if asked for, the sender decide."""

from dataclasses import replace
from typing import Any

import pytest

from otklik.networks.ok.network import OK
from otklik.networks.ok.tests.contract import push
from otklik.networks.ok.tests.payloads import message
from otklik.networks.ok.tests.scripted import DIALECT, GROUP
from otklik.networks.tests.reading import only

ACCESS = DIALECT.account


@pytest.mark.parametrize(
    ("options", "sender", "good"),
    [
        *(({}, sender, True) for sender in ("", "10.0.0.1")),
        *(({"check_sender": True}, sender, True) for sender in ("217.20.145.200", "::ffff:217.20.153.50")),
        *(({"check_sender": True}, sender, False) for sender in ("217.20.145.191", "", "nonsense")),
        ({"allow": ["10.0.0.0/8", "broken", 5]}, "10.1.2.3", True),
        ({"allow": ["10.0.0.0/8"]}, "217.20.145.200", False),
        ({"allow": ["fd00::/8"]}, "fd00::5", True),
        ({"allow": []}, "10.1.2.3", False),
    ],
)
def test_where_senders_are_checked_only_the_listed_ones_may_push(options: Any, sender: str, good: bool) -> None:
    assert OK().authentic(push(sender=sender), replace(ACCESS, options=options)) is good


def test_the_answer_is_empty_and_what_is_kept_names_our_group_and_no_stranger() -> None:
    assert OK().answer_to(push(), ACCESS).body == b""
    kept = OK().raw(push())
    assert (kept.body, kept.context) == (push().body, {"group": GROUP})
    heard = only(OK().parse(kept))
    assert (heard.external_id, heard.community) == ("ok:chat:C3ecb?mid=C3ecb.15ce", f"group:{GROUP}")
    assert OK().raw(push()).key == OK().raw(push({"webhookType": "MESSAGE_CREATED", **message()})).key
    assert OK().raw(push(gid="'; drop")).context == {}
    assert OK().authentic(push(gid=""), ACCESS)

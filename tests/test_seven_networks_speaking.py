from dataclasses import replace
from datetime import UTC, datetime

import pytest

from otklik.networks.base import CannotTell, Photo, Speech
from otklik.networks.errors import NeedsPerson, Permanent
from otklik.networks.registry import NETWORKS
from tests.connectors import PIXEL, Reading, by_address
from tests.stages import Stage

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
TEXT = "Починят завтра."


@pytest.fixture
def speech(stage: Stage) -> Speech:
    """An answer to Anna's question, not yet said."""
    asked = stage.complain("Когда починят фонарь?")
    return Speech(TEXT, asked, stage.under or asked, attempted_at=datetime.now(UTC))


def test_a_reply_hangs_under_the_text_is_found_there_and_comes_back_as_ours(stage: Stage, speech: Speech) -> None:
    network, access = NETWORKS[stage.network], stage.access()
    blind = stage.network == "telegram"
    assert isinstance(network.find(access, speech), CannotTell if blind else type(None))
    publication = network.publish(access, speech, "delivery-1")
    (shown,) = stage.answers(speech.reply_to, TEXT)
    assert (shown["address"], shown["parent"]) == (publication.external_id, stage.parent_of_a_reply(speech.reply_to))
    assert (
        isinstance(network.find(access, speech), CannotTell) if blind else network.find(access, speech) == publication
    )
    assert network.replies(access, speech) == (frozenset() if blind else {publication.external_id})
    # MAX and Telegram tell a bot nothing of its own words, X not in a stranger's conversation.
    if stage.network not in ("max", "telegram", "x"):
        ours = by_address(Reading(network, access, "own", stage.external_id).looks(2))[publication.external_id]
        assert (ours.own, ours.parent) == (True, stage.parent_of_a_reply(speech.reply_to))
        assert ours.author.external_id == network.voice(stage.external_id)
    stage.delete(speech.reply_to)
    with pytest.raises(Permanent):
        network.publish(access, speech, "delivery-2")


def test_a_picture_is_seen_under_the_reply_or_refused_before_a_byte_leaves(stage: Stage, speech: Speech) -> None:
    network, access = NETWORKS[stage.network], stage.access()
    with_picture = replace(speech, photos=(Photo("a.png", PIXEL, "image/png"),))
    too_many = replace(speech, photos=with_picture.photos * (network.limits.photos + 1))
    with pytest.raises(NeedsPerson):
        network.publish(replace(access, base="http://127.0.0.1:9"), too_many, "k")
    if not network.limits.photos or stage.network == "vk":  # VKontakte takes one from a user's key alone
        return
    network.publish(access, with_picture, "k")
    (shown,) = stage.answers(speech.reply_to, TEXT)
    assert len(shown["photos"]) == 1
    with pytest.raises(NeedsPerson):
        network.publish(access, replace(speech, photos=(Photo("a.png", b"no picture", "image/png"),)), "k2")
    assert len(stage.answers(speech.reply_to, TEXT)) == 1


def test_the_self_check_of_a_good_account_is_green_and_of_a_bare_one_red(stage: Stage) -> None:
    network, access = NETWORKS[stage.network], stage.access()
    assert [right for right in network.rights(access) if not right.ok] == []
    bare = network.rights(replace(access, tokens={}))
    assert not bare[0].ok
    assert bare[0].advice
    strange = replace(access, tokens=dict.fromkeys(access.tokens, "123:no-such-token-in-this-town-00000000000"))
    assert not network.rights(strange)[0].ok

"""What every connector says in the sandbox: under the right words, once, and found again by who could not hear it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from otklik.networks.base import Access, CannotTell, Network, Photo, Published, Speech
from otklik.networks.errors import NeedsPerson, OutcomeUnknown, Permanent
from otklik.networks.registry import NETWORKS
from tests.connectors import PIXEL, Reading, by_address
from tests.stages import Stage

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
TEXT = "Починят завтра."


@pytest.fixture
def network(stage: Stage) -> Network:
    return NETWORKS[stage.network]


@pytest.fixture
def access(stage: Stage) -> Access:
    return stage.access()


@pytest.fixture
def speech(stage: Stage) -> Speech:
    """An answer to Anna's question, not yet said."""
    asked = stage.complain("Когда починят фонарь?")
    return Speech(TEXT, asked, stage.under or asked, attempted_at=datetime.now(UTC))


def test_a_reply_hangs_under_the_text_is_found_there_and_comes_back_as_ours(
    stage: Stage, network: Network, access: Access, speech: Speech
) -> None:
    blind = stage.network == "telegram"
    assert isinstance(network.find(access, speech), CannotTell if blind else type(None))
    said = network.publish(access, speech, "delivery-1")
    (shown,) = stage.answers(speech.reply_to, TEXT)
    assert (shown["address"], shown["parent"]) == (said.external_id, stage.parent_of_a_reply(speech.reply_to))
    if blind:
        assert isinstance(network.find(access, speech), CannotTell)
        assert network.replies(access, speech) == frozenset()
        return
    assert network.find(access, speech) == said
    assert network.replies(access, speech) == {said.external_id}
    ours = by_address(Reading(network, access, "own", stage.external_id).looks(2)).get(said.external_id)
    if stage.network not in (
        "max",
        "x",
    ):  # MAX tells a bot nothing of its own words, X not in a stranger's conversation
        assert ours is not None
        assert (ours.own, ours.parent) == (True, stage.parent_of_a_reply(speech.reply_to))
        assert ours.author.external_id == network.voice(stage.external_id)


@pytest.mark.parametrize("fault", ["drop_before", "http_before", "drop_after", "http_after"])
def test_an_answer_of_unclear_fate_is_looked_up(
    stage: Stage, network: Network, access: Access, speech: Speech, fault: str
) -> None:
    stage.fault(fault, stage.speaks, code=502)
    with pytest.raises(OutcomeUnknown) as caught:
        network.publish(access, speech, "delivery-1")
    assert not any(token in str(caught.value) for token in access.tokens.values())
    stands = stage.answers(speech.reply_to, TEXT)
    assert len(stands) == fault.endswith("after")
    found = network.find(access, speech)
    if stage.network == "telegram":
        assert isinstance(found, CannotTell)
    else:
        assert [found.external_id if isinstance(found, Published) else found] == (
            [item["address"] for item in stands] or [None]
        )


def test_an_old_reply_with_the_same_words_is_not_taken_for_the_new_one(
    stage: Stage, network: Network, access: Access, speech: Speech
) -> None:
    first = network.publish(access, speech, "delivery-1")
    again = replace(speech, seen=network.replies(access, speech))
    if stage.network == "telegram":
        return
    assert again.seen == {first.external_id}
    assert network.find(access, again) is None
    if stage.network == "x":  # takes no words twice
        return
    second = network.publish(access, again, "delivery-2")
    assert second != first
    assert network.find(access, again) == second


def test_refusals_come_as_classes_and_quote_no_key(
    stage: Stage, network: Network, access: Access, speech: Speech
) -> None:
    for kind, codes in stage.refusals.items():
        for code in codes:
            stage.fault("error", stage.speaks, code=code)
            with pytest.raises(Exception) as caught:  # noqa: PT011 - its very class is what is asked
                network.publish(access, speech, "k")
            assert type(caught.value) is kind, (code, caught.value)
            assert not any(token in str(caught.value) for token in access.tokens.values())
    assert stage.answers(speech.reply_to, TEXT) == []


def test_a_removed_text_cannot_be_answered(stage: Stage, network: Network, access: Access, speech: Speech) -> None:
    stage.delete(speech.reply_to)
    with pytest.raises(Permanent):
        network.publish(access, speech, "k")


def test_a_picture_is_seen_under_the_reply_or_refused_before_a_byte_leaves(
    stage: Stage, network: Network, access: Access, speech: Speech
) -> None:
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


def test_the_self_check_of_a_good_account_is_green_and_of_a_bare_one_red(
    stage: Stage, network: Network, access: Access
) -> None:
    assert [right for right in network.rights(access) if not right.ok] == []
    bare = network.rights(replace(access, tokens={}))
    assert not bare[0].ok
    assert bare[0].advice
    strange = replace(access, tokens=dict.fromkeys(access.tokens, "123:no-such-token-in-this-town-00000000000"))
    assert not network.rights(strange)[0].ok

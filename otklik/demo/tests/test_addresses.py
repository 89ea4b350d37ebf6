"""The history's addresses are ones that the connectors themselves can read."""

import pytest

from otklik.demo.history.addresses import author_address, comment_address, community_address, post_address
from otklik.demo.walls import REGION
from otklik.inbox.models import Thread
from otklik.networks.max.address import channel_number, text_address, user_number
from otklik.networks.ok.address import author_of, topic_address
from otklik.networks.registry import NETWORKS
from otklik.networks.telegram.address import message_address, whose


@pytest.mark.parametrize(("network", "read"), [("ok", topic_address), ("telegram", message_address),
                                               ("max", text_address)])  # fmt: skip
def test_posts_and_comments_have_the_form_of_their_network(network: str, read: object) -> None:
    address, url = post_address(network, REGION, 1_000_001)
    comment, link = comment_address(network, REGION, Thread(external_id=address, url=url), 1_000_002)
    assert callable(read)
    assert read(address)
    assert read(comment)
    assert f"/{NETWORKS[network].prefix}/" in url
    assert link.startswith(url.rpartition("/")[0])


def test_authors_have_the_form_of_their_network() -> None:
    assert author_of(author_address("ok", 600_001)) == ("user", "600001")
    assert author_of(community_address("ok", REGION))[0] == "group"
    assert whose(author_address("telegram", 600_001)) == 600_001
    assert whose(community_address("telegram", REGION)) < 0
    assert user_number(author_address("max", 600_001)) == 600_001
    assert channel_number(community_address("max", REGION)) < 0

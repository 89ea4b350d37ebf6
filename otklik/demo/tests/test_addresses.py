"""People of the history have names that the connectors themselves would write."""

import pytest

from otklik.demo.history.addresses import author_address, number_in, person_number
from otklik.networks.max.address import user_number
from otklik.networks.ok.address import author_of
from otklik.networks.registry import NETWORKS
from otklik.networks.telegram.address import whose


def test_authors_have_the_form_of_their_network() -> None:
    assert author_of(author_address("ok", 600_001)) == ("user", "600001")
    assert whose(author_address("telegram", 600_001)) == 600_001
    assert user_number(author_address("max", 600_001)) == 600_001
    assert author_address("vk", 600_001) == "id600001"
    assert author_address("instagram", 700_001) == "5600000000700001"
    assert author_address("facebook", 600_001) == author_address("x", 600_001) == "600001"


@pytest.mark.parametrize("network", NETWORKS)
def test_the_sandbox_takes_the_number_in_an_authors_address(network: str) -> None:
    number = person_number(network, 7)
    assert number_in(network, author_address(network, number)) == str(number)
    assert number_in(network, "by-hand") == ""


def test_facebook_and_instagram_have_no_people_in_common() -> None:
    assert person_number("facebook", 20_000) < person_number("instagram", 0)

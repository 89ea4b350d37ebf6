from dataclasses import replace

import pytest

from otklik.networks.base import HttpAnswer, Incoming, Origin
from otklik.networks.tests.contract import Contract
from otklik.networks.tests.every import CONTRACTS, each, every


class Sealed(str):
    """A text that must not be compared sign by sign: how long that takes would tell how much of it is right."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        raise AssertionError("compared sign by sign")

    __ne__ = __eq__


@each(lambda contract: contract.hooks.pushes)
def test_a_push_of_the_network_is_believed_and_kept_without_our_secrets(contract: Contract, case: Incoming) -> None:
    network, access = contract.network, contract.dialect.account
    assert network.authentic(case, access)
    answer = network.answer_to(case, access)
    assert (answer.status, answer.store) == (200, True)
    kept = network.raw(case)
    assert (kept.origin, kept.key) == (Origin.PUSH, network.raw(case).key)
    for secret in (access.secret, *access.tokens.values()):
        assert not secret or secret not in f"{kept.body.decode(errors='replace')} {dict(kept.context)}"


@every
def test_each_event_has_a_key_of_its_own(contract: Contract) -> None:
    keys = {contract.network.raw(push).key for push in contract.hooks.pushes}
    assert len(keys - {""}) == len(contract.hooks.pushes)


@each(lambda contract: contract.hooks.handshakes)
def test_a_handshake_is_answered_and_not_kept(contract: Contract, case: tuple[Incoming, HttpAnswer]) -> None:
    request, answer = case
    assert contract.network.authentic(request, contract.dialect.account)
    assert contract.network.answer_to(request, contract.dialect.account) == answer
    assert not answer.store


@each(lambda contract: contract.hooks.forged)
def test_a_forged_push_is_refused(contract: Contract, case: Incoming) -> None:
    assert not contract.network.authentic(case, contract.dialect.account)


@pytest.mark.parametrize("contract", [one for one in CONTRACTS if one.hooks.signed], ids=lambda one: one.network.kind)
def test_without_a_secret_nobody_is_believed_and_secrets_are_compared_in_constant_time(contract: Contract) -> None:
    access = contract.dialect.account
    bare = replace(access, secret="", tokens={})
    requests = (*contract.hooks.pushes, *contract.hooks.forged)
    assert [request for request in requests if contract.network.authentic(request, bare)] == []
    sealed = replace(access, secret=Sealed(access.secret))
    for request in (*contract.hooks.pushes, *(request for request, _ in contract.hooks.handshakes)):
        headers = {name: Sealed(value) for name, value in request.headers.items()}
        assert contract.network.authentic(replace(request, headers=headers), sealed)

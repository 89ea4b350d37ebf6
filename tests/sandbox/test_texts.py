"""The listing of every text there is, the same for every network."""

from typing import Any

import pytest

from tests.sandbox.process import Sandbox
from tests.stages import STAGES, Stage

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture(params=list(STAGES))
def stage(request: pytest.FixtureRequest, sandbox: Sandbox) -> Stage:
    return STAGES[request.param](sandbox)


def listed(stage: Stage, most: int = 2000) -> list[dict[str, Any]]:
    """All texts of the stage's network, in pages of that size."""
    found: list[dict[str, Any]] = []
    mark = ""
    while page := stage.sandbox.inspect(f"{stage.kind}/texts", after=mark, most=most):
        found += page["items"]
        if not page["items"]:
            return [item for item in found if item["network"] == stage.network]
        mark = page["next"]
        assert len(page["items"]) <= most
    raise AssertionError("a page is never empty")


def test_posts_comments_and_private_words_are_all_there_once(stage: Stage) -> None:
    asked = stage.complain("Темно во дворе")
    again = stage.reply("И на улице", asked)
    private = stage.sandbox.control(f"{stage.kind}/texts", text="Тайно", person=stage.anna, to=stage.external_id)
    texts = listed(stage)
    by_address = {item["address"]: item for item in texts}
    assert len(by_address) == len(texts)
    assert {item["address"] for item in stage.thread(asked)} <= set(by_address)
    for address in (asked, again):
        told = by_address[address]
        shown = next(item for item in stage.thread(asked) if item["address"] == address)
        assert {name: told[name] for name in shown} == shown
        assert (told["official"], told["dialogue"]) == (False, "")
        assert stage.external_id in told["places"]
    talk = by_address[private["address"]]
    assert (talk["text"], talk["places"]) == ("Тайно", [stage.external_id])
    assert talk["address"].startswith(talk["dialogue"])
    assert talk["dialogue"] not in ("", talk["address"])
    assert [item["address"] for item in listed(stage, 1)] == [item["address"] for item in texts]


def test_what_was_deleted_is_marked_and_what_comes_later_stands_behind_the_mark(stage: Stage) -> None:
    asked = stage.complain("Темно во дворе")
    mark = ""
    while (page := stage.sandbox.inspect(f"{stage.kind}/texts", after=mark))["items"]:
        mark = page["next"]
    stage.sandbox.control(f"{stage.kind}/texts/delete", address=asked)
    private = stage.sandbox.control(f"{stage.kind}/texts", text="Тайно", person=stage.anna, to=stage.external_id)
    assert next(item for item in listed(stage) if item["address"] == asked)["deleted"] is True
    (late,) = stage.sandbox.inspect(f"{stage.kind}/texts", after=mark)["items"]
    assert late["address"] == private["address"]


def test_an_album_of_telegram_is_one_text_as_its_readers_have_it(sandbox: Sandbox) -> None:
    stage = STAGES["telegram"](sandbox)
    picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
    told = {"text": "Два вида", "person": stage.anna, "under": stage.under, "photos": [picture, picture]}
    address = sandbox.control("telegram/texts", **told)["address"]
    assert len([item for item in stage.thread(address) if not item["official"]]) == 2
    assert [item["address"] for item in listed(stage) if not item["official"]] == [address]


def test_a_mark_that_is_none_is_refused(sandbox: Sandbox) -> None:
    headers = {"X-Sandbox-Token": "control-for-tests"}
    for wrong in ("x", "0.x", "5"):
        answer = sandbox.http.get("/control/vk/texts", params={"after": wrong}, headers=headers)
        assert answer.status_code == 400, wrong

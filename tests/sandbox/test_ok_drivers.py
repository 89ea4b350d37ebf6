"""An independent client, unmodified, drives the emulator: it is not shaped after our own client.

It speaks by GET, signs by itself and drops parameters that are false or empty.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import aiookru
import httpx
import pytest

from otklik.networks.base import Post, Published
from tests.ok_account import NETWORK, account, own, reply_to
from tests.sandbox.driving import run
from tests.sandbox.ok_town import OkTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
WRONG = "not-the-secret"


def drive(town: OkTown, scenario: Callable[[Any], Awaitable[Any]], token: str = "", secret: str = "") -> Any:
    """Run a scenario with the client's API, pointed at the sandbox."""

    async def driven() -> Any:
        api = aiookru.API(
            access_token=token or town.access,
            application_key=town.application_key,
            application_secret_key=secret or town.secret_key,
        )
        async with httpx.AsyncClient(base_url=town.base, trust_env=False) as client:
            await api.session.client.aclose()
            api.session.client = client
            return await scenario(api)

    return run(driven())


def test_the_client_reads_what_a_citizen_wrote_and_answers_it(ok_town: OkTown) -> None:
    asked = ok_town.comment("Когда уберут снег?")

    async def scenario(api: Any) -> tuple[Any, ...]:
        who = await api.users.getCurrentUser(fields="uid,name")
        stream = await api.stream.get(gid=ok_town.group, patterns="POST", count=10, fields="feed.*,media_topic.*")
        topic = stream["entities"]["media_topics"][0]
        at = {"discussionId": topic["id"], "discussionType": "GROUP_TOPIC"}
        read = await api.discussions.getComments(**at, count=100, mark_as_read=False, anchor="")
        said = await api.discussions.addDiscussionComment(
            entityId=topic["id"],
            entityType="GROUP_TOPIC",
            comment="Сегодня, к вечеру.",
            reply_to_comment_id=read["comments"][0]["id"],
            as_admin="true",
        )
        one = await api.discussions.getComment(**at, comment_id=said["id"])
        return who, topic, read, said, one

    who, topic, read, said, one = drive(ok_town, scenario)
    assert (who["name"], topic["discussion_summary"]["comments_count"]) == ("Вера Админова", 1)
    assert [each["text"] for each in read["comments"]] == ["Когда уберут снег?"]
    assert one["comment"]["id"] == said["id"]
    shown = ok_town.thread()[-1]
    assert (shown["text"], shown["parent"], shown["official"]) == ("Сегодня, к вечеру.", asked, True)


def test_what_the_client_wrote_our_connector_hears_and_takes_for_our_answer(ok_town: OkTown) -> None:
    asked = ok_town.comment("Когда?")
    number = asked.partition("comment=")[2]

    async def scenario(api: Any) -> Any:
        topic = await api.mediatopic.post(
            type="GROUP_THEME", gid=ok_town.group, attachment='{"media":[{"type":"text","text":"Новая тема"}]}'
        )
        given = {"entityId": ok_town.topic_number, "entityType": "GROUP_TOPIC", "reply_to_comment_id": number}
        said = await api.discussions.addDiscussionComment(**given, comment="Завтра.", as_admin="true")
        return topic, said["id"]

    topic, said = drive(ok_town, scenario)
    heard = {post.external_id: post for post in own(ok_town).events() if isinstance(post, Post)}
    assert heard[f"ok:topic:{topic}"].text == "Новая тема"
    ours = heard[f"{ok_town.topic}?comment={said}"]
    assert (ours.own, ours.parent, ours.text) == (True, asked, "Завтра.")
    found = NETWORK.find(account(ok_town), reply_to(ok_town, asked, "Завтра."))
    assert isinstance(found, Published)
    assert found.external_id == ours.external_id


def test_what_our_connector_said_the_client_sees(ok_town: OkTown) -> None:
    asked = ok_town.comment("Когда?")
    said = NETWORK.publish(account(ok_town), reply_to(ok_town, asked), "k")

    async def scenario(api: Any) -> Any:
        at = {"discussionId": ok_town.topic_number, "discussionType": "GROUP_TOPIC"}
        return await api.discussions.getComments(**at, count=1)

    page = drive(ok_town, scenario, token=ok_town.citizen)
    (newest,) = page["comments"]
    assert said.external_id.endswith(newest["id"])
    assert (newest["author_type"], newest["author_name"]) == ("GROUP", "Город Речной")
    assert newest["reply_to_comment_id"] == asked.partition("comment=")[2]
    assert page["has_more"] is True
    written = datetime.strptime(newest["date"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert abs((written - datetime.now(UTC)).total_seconds() - 3 * 3600) < 120  # Moscow time without a zone


def test_the_client_is_refused_as_by_the_network(ok_town: OkTown) -> None:
    async def scenario(api: Any) -> Any:
        return [await api.users.getCurrentUser(), await api.users.getNobody(), await api.users.getInfo(uids="")]

    assert [each["error_code"] for each in drive(ok_town, scenario)[1:]] == [3, 100]
    assert [each["error_code"] for each in drive(ok_town, scenario, secret=WRONG)] == [104, 3, 104]
    assert [each["error_code"] for each in drive(ok_town, scenario, token="gone")] == [103, 3, 103]

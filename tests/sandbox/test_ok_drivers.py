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


def test_aiookru_reads_and_answers_what_our_connector_sees_and_is_refused_as_by_the_network(ok_town: OkTown) -> None:
    asked = ok_town.comment("Когда уберут снег?")
    number = asked.partition("comment=")[2]
    at = {"discussionId": ok_town.topic_number, "discussionType": "GROUP_TOPIC"}
    under = {"entityId": ok_town.topic_number, "entityType": "GROUP_TOPIC", "reply_to_comment_id": number}

    async def read_and_answer(api: Any) -> tuple[str, str]:
        who = await api.users.getCurrentUser(fields="uid,name")
        stream = await api.stream.get(gid=ok_town.group, patterns="POST", count=10, fields="feed.*,media_topic.*")
        (topic,) = stream["entities"]["media_topics"]
        assert (who["name"], topic["discussion_summary"]["comments_count"]) == ("Вера Админова", 1)
        assert topic["id"] == ok_town.topic_number
        read = await api.discussions.getComments(**at, count=100, mark_as_read=False, anchor="")
        assert [(each["id"], each["text"]) for each in read["comments"]] == [(number, "Когда уберут снег?")]
        body = await api.discussions.addDiscussionComment(**under, comment="Завтра.", as_admin="true")
        one = await api.discussions.getComment(**at, comment_id=body["id"])
        assert one["comment"]["id"] == body["id"]
        new = '{"media":[{"type":"text","text":"Новая тема"}]}'
        return str(body["id"]), await api.mediatopic.post(type="GROUP_THEME", gid=ok_town.group, attachment=new)

    comment_id, topic = drive(ok_town, read_and_answer)
    shown = ok_town.thread()[-1]
    assert (shown["text"], shown["parent"], shown["official"]) == ("Завтра.", asked, True)
    heard = {post.external_id: post for post in own(ok_town).events() if isinstance(post, Post)}
    assert heard[f"ok:topic:{topic}"].text == "Новая тема"
    theirs = heard[f"{ok_town.topic}?comment={comment_id}"]
    assert (theirs.own, theirs.parent, theirs.text) == (True, asked, "Завтра.")
    publication = NETWORK.find(account(ok_town), reply_to(ok_town, asked, "Завтра."))
    assert isinstance(publication, Published)
    assert publication.external_id == theirs.external_id

    ours = NETWORK.publish(account(ok_town), reply_to(ok_town, asked), "k")
    page = drive(ok_town, lambda api: api.discussions.getComments(**at, count=1), token=ok_town.citizen)
    (newest,) = page["comments"]
    assert ours.external_id.endswith(newest["id"])
    assert (newest["author_type"], newest["author_name"]) == ("GROUP", "Город Речной")
    assert (newest["reply_to_comment_id"], page["has_more"]) == (number, True)
    written = datetime.strptime(newest["date"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert abs((written - datetime.now(UTC)).total_seconds() - 3 * 3600) < 120  # Moscow time without a zone

    async def refusals(api: Any) -> list[int]:
        answers = [await api.users.getCurrentUser(), await api.users.getNobody(), await api.users.getInfo(uids="")]
        return [each.get("error_code", 0) for each in answers]

    assert drive(ok_town, refusals) == [0, 3, 100]
    assert drive(ok_town, refusals, secret="not-the-secret") == [104, 3, 104]
    assert drive(ok_town, refusals, token="gone") == [103, 3, 103]

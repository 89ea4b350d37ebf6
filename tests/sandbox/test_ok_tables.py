import re

import pytest

from sandbox.errata import Erratum
from sandbox.ok import graph
from sandbox.ok.errata import ERRATA
from sandbox.ok.errors import MESSAGES
from sandbox.ok.methods import METHODS
from tests.sandbox import ok_schema

pytestmark = ok_schema.needed
ADDED = {erratum.path for erratum in ERRATA}
# Pages name what is required only in words, so these are the parameters without which the call has no object.
OBJECTS = {"discussionId", "discussionType", "entityId", "entityType", "comment_id", "comment", "topic_ids"}
OBJECTS |= {"attach_ids", "uids", "group_id", "ext_perm", "methods", "url", "gid", "attachment", "type"}


def page_of(name: str) -> str:
    path = ok_schema.PAGES / name.partition(".")[0] / f"{name}.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def published(page: str) -> set[str]:
    """The parameters that a page names."""
    return set(re.findall(r"^\$params#(\S+)", page, re.MULTILINE))


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_has_a_source_and_takes_exactly_the_parameters_of_its_page(name: str) -> None:
    method = METHODS[name]
    assert {param.name for param in method.params if param.required} <= OBJECTS
    if method.source == "clients":
        assert name in ADDED
        assert page_of(name) == ""
        return
    assert page_of(name), f"{name} has no page"
    assert {param.name for param in method.params} == published(page_of(name))


def test_bounds_that_the_pages_tell_are_kept_and_every_error_has_the_networks_name() -> None:
    limits = {param.name: param for param in METHODS["mediatopic.getByIds"].params}
    assert (limits["media_limit"].low, limits["media_limit"].high) == (1, 3)
    assert "1..3" in page_of("mediatopic.getByIds")
    uids = {param.name: param for param in METHODS["users.getInfo"].params}["uids"]
    assert uids.most == 100
    assert "100" in page_of("users.getInfo")
    assert "3000" in page_of("discussions.editDiscussionComment")
    assert all(re.fullmatch(r"[A-Z_]+ : .+", text) for text in MESSAGES.values())


def test_the_bot_api_has_exactly_the_published_paths_with_their_parameters_and_those_of_the_errata() -> None:
    pages = {path.name.rpartition(".")[2]: path for path in (ok_schema.PAGES / "graph.user").iterdir()}
    readable = {name for name, path in pages.items() if (path / "get.md").exists()}
    writable = {name for name, path in pages.items() if (path / "post.md").exists()}
    assert set(graph.READ) - {path.partition(".")[2] for path in ADDED} == readable
    assert set(graph.WRITE) == writable
    for name in readable:
        known = {"chat:id" if each == "chat_id" else each for each in graph.READ[name][1]}
        assert known == published((pages[name] / "get.md").read_text(encoding="utf-8")), name


@pytest.mark.parametrize("erratum", ERRATA, ids=lambda erratum: erratum.path)
def test_an_erratum_has_a_reason_and_adds_what_no_page_has(erratum: Erratum) -> None:
    assert erratum.reason
    assert erratum.source
    parts = erratum.path.split(".")
    if parts[0] != "graph":
        assert page_of(erratum.path) == ""
        return
    folder = ok_schema.PAGES / "graph.user" / f"graph.user.{parts[1]}"
    if len(parts) == 2:
        assert not folder.exists()
    else:
        assert parts[2] not in (folder / "post.md").read_text(encoding="utf-8")


def test_the_examples_of_the_pages_fit_the_judge_who_refuses_what_nobody_has_seen() -> None:
    for each in ok_schema.example("graph.user.messages/get.md")["messages"]:
        ok_schema.check(ok_schema.message(), each, "example")
    for number in (3, 4):
        ok_schema.check(ok_schema.message(), ok_schema.example("graph.user.subscribe/post.md", number), "example")
    ok_schema.check_answer("graph.chats", ok_schema.example("graph.user.chats/get.md"))
    ok_schema.check_answer("discussions.getComment", ok_schema.recorded("comment.json"))
    ok_schema.check_answer("discussions.get", ok_schema.recorded("discussion.json"))
    seen = ok_schema.recorded("comment.json")
    for wrong in ({**seen, "colour": "red"}, {**seen, "author_id": 5}, {"id": "x", "type": "ACTIVE_MESSAGE"}):
        with pytest.raises((AssertionError, KeyError)):
            ok_schema.check_answer("discussions.getComment", wrong)
    with pytest.raises(AssertionError):
        ok_schema.check_answer("discussions.get", {"error_code": "3", "error_msg": "x", "error_data": None})
    with pytest.raises(AssertionError):
        ok_schema.check_answer("users.getNobody", {})

import json

import pytest

from otklik.networks.ok.network import OK
from otklik.networks.tests.contract import polled
from otklik.networks.tests.reading import only
from otklik.networks.tests.reference import ABSENT
from otklik.networks.tests.reference import OK as RECORDED

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason=ABSENT)
THREAD = "ok:topic:62503929662320"


def test_the_recorded_comment_and_discussion_are_understood() -> None:
    body = (RECORDED / "comment.json").read_bytes()
    recorded = json.loads(body)
    context = {"method": "discussions.getComment", "topic": "62503929662320", "place": "5"}
    heard = only(OK().parse(polled(body, context)))
    assert heard.external_id == f"{THREAD}?comment={recorded['id']}"
    assert heard.parent == f"{THREAD}?comment={recorded['reply_to_comment_id']}"
    assert (heard.text, heard.author.external_id) == (recorded["text"], f"user:{recorded['author_id']}")
    # The id holds the moment in milliseconds: it agrees with Moscow's time of that year.
    assert heard.posted_at is not None
    assert (heard.posted_at.hour, heard.posted_at.minute) == (8, 53)
    body = (RECORDED / "discussion.json").read_bytes()
    recorded = json.loads(body)["discussion"]
    heard = only(OK().parse(polled(body, {"method": "discussions.get"})))
    assert heard.external_id == f"ok:topic:{recorded['object_id']}"
    assert heard.community == f"group:{recorded['ref_objects'][0]['id']}"
    assert heard.author.external_id == f"user:{recorded['owner_uid']}"
    assert heard.author.name
    assert (heard.text, heard.closed) == (recorded["title"], "")

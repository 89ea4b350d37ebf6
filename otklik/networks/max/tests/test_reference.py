import pytest

from otklik.networks.max.network import Max
from otklik.networks.tests.contract import polled
from otklik.networks.tests.reading import only
from otklik.networks.tests.reference import ABSENT, MAX

pytestmark = pytest.mark.skipif(not MAX.exists(), reason=ABSENT)
TELLING = {"webhook.message_created.json", "get-pin-message.json"}


def test_every_sample_gives_the_events_it_tells_and_no_others_and_the_message_is_whole() -> None:
    for path in sorted(MAX.rglob("*.json")):
        assert len(Max().parse(polled(path.read_bytes()))) == (path.name in TELLING), path.name

    heard = only(Max().parse(polled((MAX / "webhook.message_created.json").read_bytes())))
    assert heard.external_id.startswith("max:-70801090403050:mid.ffff")
    assert heard.author.name
    assert heard.posted_at is not None
    assert heard.posted_at.year == 2026
    assert len(heard.attachments) == 1, "the forwarded words"
    assert "общий чат" in heard.closed

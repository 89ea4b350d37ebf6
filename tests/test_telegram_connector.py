import base64

import pytest

from otklik.inbox.models import Media
from otklik.lib.tests.test_pictures import picture
from tests.region import only_card
from tests.stages import Stage
from tests.story import Way

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.mark.parametrize("stage", ["telegram"], indirect=True)
def test_a_picture_is_copied_by_the_networks_own_call(stage: Stage, asking: Way) -> None:
    photos = [base64.b64encode(picture("JPEG")).decode()]
    where = {"under": stage.under, "person": stage.anna}
    stage.sandbox.control("telegram/texts", text="Яма на Садовой, 5", photos=photos, **where)
    asking.rest()
    media = Media.objects.get(message__incidents=only_card())
    assert media.url.startswith("tg-file:")
    assert stage.keys["bot"] not in media.url
    with media.file.open("rb") as copied:
        assert copied.read(2) == b"\xff\xd8"

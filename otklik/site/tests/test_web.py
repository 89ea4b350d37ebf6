import gc
import io
import logging

import pytest
from gunicorn.config import Config

from otklik.lib.logs import LineFormatter
from otklik.site.web import OurLog, settle


def test_what_is_loaded_is_looked_through_no_more() -> None:
    before = gc.get_freeze_count()
    try:
        settle()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()


def test_the_servers_own_lines_pass_our_log(capsys: pytest.CaptureFixture[str]) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(LineFormatter())
    logging.getLogger().addHandler(handler)
    try:
        OurLog(Config()).error("Error handling request %s", "/s/CANARY_1234-abcdefgh/?token=CANARY5678")
    finally:
        logging.getLogger().removeHandler(handler)
    assert "Error handling request /s/" in written.getvalue()
    told = capsys.readouterr()
    assert "CANARY" not in written.getvalue() + told.out + told.err

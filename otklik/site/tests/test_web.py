"""What the web server does once before it serves."""

import gc

from otklik.site.web import settle


def test_what_is_loaded_is_looked_through_no_more() -> None:
    before = gc.get_freeze_count()
    try:
        settle()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()

"""The files of pages are gathered into one folder by whoever starts; two may start at once."""

import fcntl
import os
from pathlib import Path

import pytest
from pytest_django import Settings

from otklik.site import web


def is_free(folder: Path) -> bool:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)


def test_nobody_else_gathers_files_meanwhile_and_anybody_may_afterwards_even_after_a_failure(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STATIC_ROOT = tmp_path / "not" / "there"
    free: list[bool] = []

    def gather(*_words: str, **_options: object) -> None:
        free.append(is_free(settings.STATIC_ROOT))
        raise OSError("the disk is full")

    monkeypatch.setattr(web, "call_command", gather)
    with pytest.raises(OSError, match="full"):
        web.gather_files()
    assert (free, is_free(settings.STATIC_ROOT)) == ([False], True)

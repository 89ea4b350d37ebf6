"""The browser of the browser tests. The one without a window of its own is lighter than a whole Chromium."""

import os
import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")


def find_chromium() -> str | None:
    """OTKLIK_CHROMIUM, or the lightest that the system has; None where there is none."""
    return os.environ.get("OTKLIK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)

"""What a screen is: one page, or one state of it, as somebody has it before him."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Error, Page

Act = Callable[[Page], None]
WIDTHS = {"wide": (1280, 900), "narrow": (390, 844)}


@dataclass(frozen=True, slots=True)
class Screen:
    """`name` is how its pictures are called, `title` their caption, `status` what the server answers to `address`.

    The address names things by what they are («/incidents/{rating}/»); whoever opens it says which ids those are here.
    `who` names a user in the same way, "" is somebody not signed in. What has to be done first is `act`.
    """

    name: str
    title: str
    who: str
    address: str
    act: Act | None = None
    status: int = 200

    def at(self, ids: Mapping[str, object]) -> str:
        return self.address.format_map(ids)


@dataclass(frozen=True, slots=True)
class View:
    """How wide the window is, and which colours the system asks for."""

    width: str
    colours: Literal["light", "dark"]

    def set_on(self, page: Page) -> None:
        across, down = WIDTHS[self.width]
        page.set_viewport_size({"width": across, "height": down})
        page.emulate_media(color_scheme=self.colours, reduced_motion="reduce")


VIEWS = (View("wide", "light"), View("wide", "dark"), View("narrow", "light"), View("narrow", "dark"))


def too_wide(page: Page, view: View) -> str:
    """How wide the page is, when that is more than its window; else "". Charts follow their window a moment later."""
    with suppress(Error):
        page.wait_for_function(f"document.documentElement.scrollWidth <= {WIDTHS[view.width][0]}", timeout=3000)
        return ""
    return f"{page.evaluate('document.documentElement.scrollWidth')} px across"

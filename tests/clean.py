"""What a page may hold under its own content policy: nothing inline, nothing from elsewhere."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit


class Page(HTMLParser):
    """What of a page would need an exception in the content policy, what it loads, and where it leads."""

    LOADING = {"src", "srcset", "poster", "data", "action", "formaction", "background", "manifest", "ping"}

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.loads: list[str] = []
        self.leads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "style" or (
            tag == "script" and "src" not in attributes and attributes.get("type") != "application/json"
        ):
            self.inline.append(f"<{tag}>")
        for name, value in attributes.items():
            script = value.strip().lower().startswith("javascript:") and name != "value"
            if name == "style" or name.startswith("on") or script:
                self.inline.append(f"<{tag} {name}>")
            if name in self.LOADING or name in ("data-load", "data-load-open") or (name == "href" and tag != "a"):
                self.loads.append(value)
            if name == "href" and tag == "a":
                self.leads.append(value)


def read(response: Any) -> Page:
    page = Page()
    page.feed(response.content.decode())
    return page


def must_be_clean(address: str, response: Any) -> Page:
    """The page of an answer in HTML, whose policy is whole and which asks for no exception from it."""
    page = read(response)
    assert page.inline == [], f"{address} holds what its own content policy forbids"
    strange = [one for one in page.loads if urlsplit(one).netloc or urlsplit(one).scheme not in ("", "data")]
    assert strange == [], f"{address} loads from elsewhere"
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    return page

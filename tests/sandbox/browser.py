"""A browser without scripts: cookies, forms and redirects."""

import re
from typing import Any

import httpx


class Browser:
    """Cookies, forms and redirects; no scripts."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, page: str, action: str, files: Any = None, **fields: str) -> httpx.Response:
        """Send a form found on `page`, with the token that stands there."""
        match = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(page))
        assert match
        return self.client.post(action, data={"csrfmiddlewaretoken": match[1], **fields}, files=files)

"""The sandbox's control API as we use it: a few calls over HTTP, nothing of its insides."""

from collections.abc import Iterator
from typing import Any, Self

import httpx
from django.conf import settings

from otklik.lib.redact import redact

ONLY_IN_TRAINING = "Песочница бывает только у учебной установки: otklik init --training."


class NoSandbox(Exception):
    """The sandbox does not answer; the text says what to do."""


class Control:
    """A client of the control API. Raises NoSandbox when nobody is there or it refuses."""

    def __init__(self, address: str = "", token: str = "") -> None:
        self.address = address or settings.SANDBOX_ADDRESS
        self._client = httpx.Client(
            base_url=self.address,
            headers={"X-Sandbox-Token": token or settings.SANDBOX_TOKEN},
            timeout=30,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        return self._call("GET", path, query=query)

    def post(self, path: str, **payload: Any) -> dict[str, Any]:
        return self._call("POST", path, payload=payload)

    def texts(self, kind: str) -> Iterator[dict[str, Any]]:
        """Every text of an emulator, of citizens and officials, in public and in private; deleted ones are marked."""
        mark = ""
        while page := self.get(f"/control/{kind}/texts", after=mark):
            yield from page["items"]
            if not page["items"]:
                return
            mark = page["next"]

    def _call(
        self, verb: str, path: str, query: dict[str, str | int] | None = None, payload: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            answer = self._client.request(verb, path, params=query, json=payload)
        except httpx.TransportError:
            raise NoSandbox("Песочница не отвечает: запустите «make demo» или «otklik sandbox».") from None
        if answer.status_code != httpx.codes.OK:
            raise NoSandbox(f"Песочница отказала ({answer.status_code}): {redact(answer.text, 300)}")
        body: dict[str, Any] = answer.json()
        return body

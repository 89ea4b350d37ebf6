"""A program of somebody's, as a client that asks with its token."""

import json
from collections.abc import Collection, Mapping
from datetime import timedelta
from itertools import count
from typing import Any

from django.test import Client
from django.utils import timezone

from otklik.answers.models import Answer
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.people import programs
from otklik.people.models import ProgramToken, User
from otklik.people.programs import ProgramInput, ProgramScope

ALL = tuple(scope.value for scope in ProgramScope)
_KEYS = count(1)


def token_for(owner: User, scopes: Collection[str] = ALL) -> tuple[ProgramToken, str]:
    until = timezone.localdate(clock.now()) + timedelta(days=30)
    return programs.make(ProgramInput(owner, "СЭД края", scopes, until), owner, clock.now())


class Program:
    """`get` and `post` answer with the response; `key` is fresh unless the test repeats one."""

    def __init__(self, owner: User, *scopes: str) -> None:
        self.token, self.secret = token_for(owner, scopes or ALL)
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, asked: Mapping[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", dict(asked or {}), headers=self._headers(headers))

    def post(self, path: str, body: object, key: str = "", **headers: str) -> Any:
        all_headers = {"Idempotency-Key": key or f"key-{next(_KEYS)}"} | headers
        raw = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.post(
            f"/api/v1{path}", raw, content_type="application/json", headers=self._headers(all_headers)
        )

    def act(self, row: Incident | Answer, verb: str, **body: Any) -> Any:
        """A change of a card or an answer. It names the version that stands, unless it names another."""
        row.refresh_from_db()
        path, version = ("cards", row.revision) if isinstance(row, Incident) else ("answers", row.version)
        return self.post(f"/{path}/{row.pk}/{verb}", {"version": version, **body})

    def note(self, card: Incident, text: str = "Звонили", key: str = "") -> Any:
        return self.post(f"/cards/{card.pk}/notes", {"text": text}, key)

    def send(self, path: str, key: str = "", headers: Mapping[str, str] | None = None, **fields: Any) -> Any:
        """A form, with files among its fields."""
        all_headers = {"Idempotency-Key": key or f"key-{next(_KEYS)}"} | dict(headers or {})
        return self.client.post(f"/api/v1{path}", fields, headers=self._headers(all_headers))

    def raw(self, path: str, body: Any, **more: Any) -> Any:
        """Whatever it is, as it is."""
        headers = self._headers({"Idempotency-Key": "k"})
        return self.client.post(f"/api/v1{path}", body, headers=headers, **more)

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"} | dict(more)

    def everything(self, path: str, **asked: object) -> list[Any]:
        """All items of a list, piece by piece."""
        items: list[Any] = []
        cursor: dict[str, object] = {}
        while True:
            page = self.get(path, {**asked, **cursor}).json()
            items += page["items"]
            cursor = {"cursor": page["cursor"]}
            if not page["more"]:
                return items

"""Tokens of OAuth 2.0 and the clients that get them: kept apart from the call that renews them."""

import secrets
from typing import Any

from sandbox.state import World
from sandbox.x.switchboard import switch


def issue(world: World, user: str, app: str, scopes: str) -> dict[str, Any]:
    """A new pair: the answer of the network."""
    access, refresh = secrets.token_urlsafe(60), secrets.token_urlsafe(60)
    lives = int(switch(world.db, "token_seconds"))
    world.db.execute("INSERT INTO x_token VALUES (?, 'oauth2', ?, ?, '', ?)", (access, user, app, scopes))
    world.db.execute("INSERT INTO x_life VALUES (?, ?)", (access, world.now + lives))
    world.db.execute("INSERT INTO x_refresh VALUES (?, ?, ?, ?, 0)", (refresh, user, app, scopes))
    body = {"token_type": "bearer", "expires_in": lives, "access_token": access, "scope": scopes}
    return {**body, "refresh_token": refresh}


def client(world: World, app: str, *, public: bool) -> dict[str, str]:
    """The app's client of OAuth 2.0, made if there is none; a public one has no secret."""
    made = (app, secrets.token_urlsafe(25), "" if public else secrets.token_urlsafe(37))
    world.db.execute("INSERT OR IGNORE INTO x_client VALUES (?, ?, ?)", made)
    row = world.db.execute("SELECT * FROM x_client WHERE app = ?", (app,)).fetchone()
    return {"client_id": row["id"], "client_secret": row["secret"]}


def is_over(world: World, token: str) -> bool:
    """Whether the life of an access token has ended."""
    row = world.db.execute("SELECT dies FROM x_life WHERE token = ?", (token,)).fetchone()
    return row is not None and row["dies"] <= world.now

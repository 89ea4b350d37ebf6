"""getMe, and the two ways in which a bot gets its updates: one of them at a time."""

import re
import urllib.parse

from sandbox.telegram import hooks, shapes, updates
from sandbox.telegram.errors import TelegramError, bad
from sandbox.telegram.spec import Call, Method, ResultWithWords, take
from sandbox.telegram.switchboard import switch
from sandbox.telegram.world import find_bot

LONGEST_WAIT = 50  # seconds
PORTS = (443, 80, 88, 8443)
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
WEBHOOK_IS_ON = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


def get_me(call: Call) -> object:
    return shapes.me(call.bot)


def get_updates(call: Call) -> list[object]:
    """What waits now; `api.py` asks again while the line is held."""
    if call.bot["hook"]:
        raise TelegramError(409, WEBHOOK_IS_ON)
    allow(call)
    limit = min(max(call.integer("limit", 100), 1), 100)
    return updates.waiting(call.world, call.me, call.integer("offset"), limit)


def allow(call: Call) -> None:
    """The kinds of update that are wanted; [] gives the usual ones back, and none given leaves them as they are."""
    wanted = call.args.get("allowed_updates")
    if wanted is None:
        return
    known = [kind for kind in wanted if kind in updates.KINDS]
    # The real server takes unknown names silently, and so does this one.
    text = "[" + ", ".join(f'"{kind}"' for kind in known) + "]"
    call.db.execute("UPDATE telegram_bot SET allowed = ? WHERE id = ?", (text, call.me))


def set_webhook(call: Call) -> object:
    url = call.text("url")
    if not url:
        return delete_webhook(call)
    _check_address(call, url)
    secret = call.text("secret_token")
    if not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    allow(call)
    if call.args.get("drop_pending_updates"):
        updates.drop(call.world, call.bot)
    same = (call.bot["hook"], call.bot["secret"]) == (url, secret)
    call.db.execute(
        "UPDATE telegram_bot SET hook = ?, secret = ?, connections = ? WHERE id = ?",
        (url, secret, min(max(call.integer("max_connections", 40), 1), 100), call.me),
    )
    updates.to_hook(call.world, find_bot(call.world, call.me))
    return ResultWithWords(result=True, description="Webhook is already set" if same else "Webhook was set")


def delete_webhook(call: Call) -> object:
    there = bool(call.bot["hook"])
    call.db.execute("UPDATE telegram_bot SET hook = '', secret = '' WHERE id = ?", (call.me,))
    if call.args.get("drop_pending_updates"):
        updates.drop(call.world, call.bot)
    updates.from_hook(call.world, find_bot(call.world, call.me))
    return ResultWithWords(result=True, description="Webhook was deleted" if there else "Webhook is already deleted")


def get_webhook_info(call: Call) -> object:
    bot = call.bot
    webhook_info: dict[str, object] = {
        "url": bot["hook"],
        "has_custom_certificate": False,
        "pending_update_count": updates.pending(call.world, bot),
    }
    if not bot["hook"]:
        return webhook_info
    webhook_info |= {"max_connections": bot["connections"]}
    wrong = hooks.last_error(call.world, call.me)
    return webhook_info | ({"last_error_date": call.world.now, "last_error_message": wrong} if wrong else {})


def _check_address(call: Call, url: str) -> None:
    try:
        parts = urllib.parse.urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as fault:
        raise bad("bad webhook: invalid webhook URL specified") from fault
    if not host or parts.scheme not in ("http", "https"):
        raise bad("bad webhook: invalid webhook URL specified")
    if switch(call.db, "hook_address") == "any":
        return
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


METHODS = (
    Method("getMe", (), get_me, ("User",)),
    Method(
        "getUpdates",
        take("offset Integer", "limit Integer", "timeout Integer", "allowed_updates Array of String"),
        get_updates,
        ("Array of Update",),
    ),
    Method(
        "setWebhook",
        take(
            "url! String",
            "certificate InputFile",
            "ip_address String",
            "max_connections Integer",
            "allowed_updates Array of String",
            "drop_pending_updates Boolean",
            "secret_token String",
        ),
        set_webhook,
        ("Boolean",),
    ),
    Method("deleteWebhook", take("drop_pending_updates Boolean"), delete_webhook, ("Boolean",)),
    Method("getWebhookInfo", (), get_webhook_info, ("WebhookInfo",)),
)

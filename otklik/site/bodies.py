"""How much each address takes, so that the server refuses more before it has read any of it."""

from django.conf import settings
from django.urls import Resolver404, resolve

from otklik.answers import acts
from otklik.desk import outside
from otklik.desk.start import forms
from otklik.lib import pictures
from otklik.lists import sheet

MEGABYTE = 1024 * 1024
USUAL = 5 * MEGABYTE
"""Bytes: of a form without files Django takes DATA_UPLOAD_MAX_MEMORY_SIZE, which is less."""
AROUND = MEGABYTE
"""What a form has besides its files. A page that says «слишком велик» itself is asked up to there."""
LARGER = {
    **dict.fromkeys(("outside", "inquiry", "incident-photos"), outside.MOST_BODY),
    **dict.fromkeys(("delivery-proof", "incident-addition", "hang_photo"), pictures.MAX_BYTES),
    "incident-acts": acts.MOST * acts.MAX_BYTES,
    "hang_act": acts.MAX_BYTES,
    "admin-list": sheet.MOST_BYTES,
    "start-region": forms.MOST_BYTES,
}
"""By the name of the address."""


def most_body(path: str) -> int:
    """Bytes that this address takes at most; of one that nobody knows as of any."""
    try:
        name = resolve(path).url_name or ""
    except Resolver404:
        return USUAL
    most = settings.WEBHOOK_MAX_BYTES if name == "hook" else LARGER.get(name, 0)
    return max(USUAL, most + AROUND)

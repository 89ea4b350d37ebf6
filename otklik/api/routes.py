"""The one list of addresses, which the modules of reading and of changes add theirs to: an address is found once, with
all its methods."""

from ninja import Router

router = Router()

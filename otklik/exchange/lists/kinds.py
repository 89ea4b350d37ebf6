"""The lists that can be loaded, in the order in which a new region loads them."""

from otklik.exchange.lists import accounts, agencies, places, rules, sources, templates, themes, users
from otklik.exchange.lists.plan import Kind

_ALL = (places.KIND, agencies.KIND, users.KIND, themes.KIND, rules.KIND, templates.KIND, accounts.KIND, sources.KIND)
KINDS: dict[str, Kind] = {one.slug: one for one in _ALL}

"""Which device somebody uses, in two words, by what his browser says of itself. Anybody can say anything: only words
of this list are ever shown."""

# In this order: most browsers call themselves by the names of those before them too.
BROWSERS = (
    ("YaBrowser/", "Яндекс Браузер"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """«Chrome, Windows»; "" when nothing is known of it."""
    told = user_agent[:1000]
    found = (next((name for sign, name in signs if sign in told), "") for signs in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in found if name)

"""The fingerprint of the installation's key: it tells two keys apart, and nothing of either.

Pure: no Django here.
"""

import hashlib

_SALT = b"otklik: the fingerprint of a key"


def fingerprint(key: str) -> str:
    """Four groups of four hex digits. Slow on purpose: a key that a person made up is not guessed from it."""
    digest = hashlib.scrypt(key.encode(), salt=_SALT, n=2**14, r=8, p=1, dklen=8).hex()
    return " ".join(digest[place : place + 4] for place in range(0, 16, 4))

"""What is made of the installation's key: a fingerprint, which tells two keys apart and nothing of either, and the
proof that a copy was made by whoever has it.

Pure: no Django here.
"""

import hashlib
import hmac

_SALT = b"otklik: the fingerprint of a key"


def fingerprint(key: str) -> str:
    """Four groups of four hex digits. Slow on purpose: a key that a person made up is not guessed from it."""
    digest = hashlib.scrypt(key.encode(), salt=_SALT, n=2**14, r=8, p=1, dklen=8).hex()
    return " ".join(digest[place : place + 4] for place in range(0, 16, 4))


def proof(key: str, sealed: bytes) -> str:
    """Hex. By a key of its own, so that what else is signed with the installation's key proves no copy."""
    own = hmac.digest(key.encode(), b"otklik: the proof of a copy", "sha256")
    return hmac.digest(own, sealed, "sha256").hex()

"""How the C library keeps the memory that Python and its libraries ask it for. Pure.

glibc gives nearly each thread a heap of its own and keeps in all of them what was free once: eight threads that drew
large pages held two hundred megabytes of it, with nothing inside.
"""

import ctypes
import sys
from collections.abc import Callable

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
HEAPS = 2
LARGE = 512 * 1024
"""Bytes: a piece from which on it is mapped by itself, and goes back as soon as it is free."""


def keep_little() -> None:
    """Few heaps for all threads, and what is free goes back. To be called before there are threads; does nothing where
    the C library is another one."""
    if mallopt := _of_the_library("mallopt"):
        mallopt(M_ARENA_MAX, HEAPS)
        # Both stay as they are set here: by itself glibc raises them with each large piece that is given back.
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_TRIM_THRESHOLD, LARGE)


def give_back() -> None:
    """What is free between pieces that are not, page by page: a few milliseconds, without Python's lock."""
    if trim := _of_the_library("malloc_trim"):
        trim(0)


def _of_the_library(name: str) -> Callable[..., int] | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None

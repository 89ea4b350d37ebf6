"""What the C library keeps: few heaps for all threads, and not what is free."""

import ctypes
import subprocess
import sys

import pytest

HAS_HEAPS = sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_info")
PROGRAM = """
import ctypes, sys, threading
from otklik.lib import heap
if sys.argv[1] == "little":
    heap.keep_little()
together = threading.Barrier(8)
def work():
    together.wait()
    ctypes.CDLL(None).malloc(100_000)
    together.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc = ctypes.CDLL(None)
libc.fdopen.restype, libc.malloc_info.argtypes = ctypes.c_void_p, [ctypes.c_int, ctypes.c_void_p]
libc.fflush.argtypes = [ctypes.c_void_p]
out = libc.fdopen(1, b"w")
libc.malloc_info(0, out)
libc.fflush(out)
"""

HOLES = """
import ctypes
from pathlib import Path
from otklik.lib import heap
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
def pages():
    return int(Path("/proc/self/statm").read_text().split()[1])
pieces = [libc.malloc(1000) for _ in range(50_000)]
for piece in pieces:
    ctypes.memset(piece, 1, 1000)
for piece in pieces[:-1]:
    libc.free(piece)
before = pages()
heap.give_back()
print(before - pages())
"""


@pytest.mark.once
@pytest.mark.skipif(not HAS_HEAPS, reason="another C library")
def test_eight_threads_share_two_heaps() -> None:
    assert heaps("much") > 2
    assert heaps("little") == 2


def heaps(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True)
    return done.stdout.count("<heap nr=")


@pytest.mark.once
@pytest.mark.skipif(not HAS_HEAPS, reason="another C library")
def test_what_is_free_under_what_is_not_goes_back() -> None:
    done = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 9_000  # pages of 4 KB, of 12 200 that were free

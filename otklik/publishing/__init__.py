"""Speaking, exactly once: send.py is the only place that writes to the world.

It takes approved answers and says them under the comment they answer; what the author thinks of it (feedback), it
does not know.
"""

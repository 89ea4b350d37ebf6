"""Every state change with a name, an author, a time and a reason, append-only, each row sealed by the one before.

It holds ids and codes only, never names, texts or addresses of people, and it has no keys upwards:
every layer writes to it, and it knows none of them.
"""

"""What every layer may lean on: the clock, text, the one HTTP client, secrets, redaction, the queue of rows.

It has no tables of its own and knows nothing of messages, incidents or networks.
"""

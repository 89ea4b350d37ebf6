"""What people wrote, as captured: messages, threads, authors, media, each message once however it was heard.

It turns payloads into messages and keeps their edits and deletions; what a message means, it does not know.
"""

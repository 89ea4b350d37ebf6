"""What is said: drafts, their versions, approval, templates.

It must not know how or by which account a text is published.
"""

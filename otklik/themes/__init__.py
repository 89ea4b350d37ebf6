"""What things are about: the classifier of groups and themes, versioned and matched by code, never by name.

It must not know who answers for a theme (routing) nor how a text is recognised (triage).
"""

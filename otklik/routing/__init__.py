"""Whose it is and until when: rules, assignments with history, deadlines by the calendar.

match.py and deadlines.py are pure. It must not know how an answer is written or published.
"""

"""«Тренировка»: thirty made-up messages that a newcomer sorts, each compared with the expected decision.

It touches no card and teaches the machine nothing: what somebody has decided here is seen by himself and his mentor.
"""

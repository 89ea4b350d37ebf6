"""Understanding a message: is it an incident, about what, where, how urgent.

The modules here are pure functions over text; only models.py, judge.py and the migrations know Django. Whose it is
(routing) and what to say (answers), they do not know.
"""

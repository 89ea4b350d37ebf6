"""Understanding a message: is it an incident (kind/), about what (theme/), where (place/), how urgent (urgency/), what
of it is personal (personal/) and whether it is known already (similar.py).

The modules here are pure functions over text; only models.py, judge.py and the migrations know Django. Whose it is
(routing) and what to say (answers), they do not know.
"""

"""Two registers of what is owed: promises with their days, and authors who have had no published word.

They are kept rows that follow changed cards (follow.py), so that no page looks through all cards. Each row can be made
anew from what the stages left behind (promises.py, unheard.py); it changes none of it.
"""

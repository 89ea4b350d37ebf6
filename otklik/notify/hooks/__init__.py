"""Neighbours' programs are told what happens to cards: a signed call for each entry of the journal that concerns them.

It reads the journal and says codes, numbers and names of agencies and themes, never a word or a name of a citizen. A
call goes out until it is heard or three days have passed. How a page shows it (desk), it does not know.
"""

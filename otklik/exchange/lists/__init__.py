"""Reference data by spreadsheet: a template to fill in, a look at what it would change, and the change itself.

A kind of list says its columns and plans its rows; whatever it writes goes through the verbs of the layers below, so
that the journal, the rules and the refusals are the same as on the pages. This package keeps nothing of its own: no
table, no file. It must not know how a letter is sent, nor any page.
"""

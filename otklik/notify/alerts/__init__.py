"""Who is told what, when and by which way: warnings before a clock runs out, escalation after it has.

It reads the journal, where everything that has happened stands, and writes to colleagues only: a number, a theme and a
link, never a word or a name of a citizen. How a page shows it (desk), it does not know.
"""

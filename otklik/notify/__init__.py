"""Who is told of what has happened: colleagues (alerts), and neighbours' programs (hooks).

Both read the journal and say numbers, codes and names of agencies and themes, never a word or a name of a citizen.
Letters themselves go by `lib.mail`, since reports are sent by it, too. How a page shows any of it, they do not know.
"""

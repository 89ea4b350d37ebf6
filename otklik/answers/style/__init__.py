"""How an answer reads: what is found in a text before it is sent for approval, each with why and, where it can, a fix.

Pure rules over text and what is known of the card; no tables, no network. It says what it sees and decides nothing:
what a finding holds up is the desk's.
"""

"""What kind a message is: complaint, question, suggestion, thanks or noise. Pure rules over text that explain
themselves; knows of no database, no theme and no place."""

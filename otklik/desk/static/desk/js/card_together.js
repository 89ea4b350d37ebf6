// Who else looks at this card, who writes its answer, whose it is now.

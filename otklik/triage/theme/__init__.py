"""About what a message is: the voices that are heard, how they are learned and whether they may take over. Pure; knows
of no database: themes come in as plain values, models as files."""

"""Where it is: place, street and house of a message, by the names that a region has. Pure; knows of no database: places
and streets come in as plain values."""

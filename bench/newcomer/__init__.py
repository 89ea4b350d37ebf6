"""Somebody who has never seen Otklik: from a clone to the first answer, by the guide alone."""

"""Pages that need no sign-in: the question whether it helped, an executor's letter, the region's open figures."""

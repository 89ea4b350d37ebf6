"""The first-day tour: a few words at the things one uses all day, shown once on the page where one's work is."""

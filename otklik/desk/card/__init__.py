"""The page of one card: what it shows, and a resource for each verb."""

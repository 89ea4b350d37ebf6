"""«Согласование»: answers that wait for a decision, and what was said about them."""

"""«Согласование»: answers that wait for a decision."""

"""«Моё ведомство»: what an agency has to do, due first."""

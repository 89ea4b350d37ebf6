"""Several people at one table: who is here, mentions of colleagues, notices, and handing a shift over."""

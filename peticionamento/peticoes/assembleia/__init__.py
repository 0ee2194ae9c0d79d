"""A petition filled in from a proposition's number at the Assembly, by its open data."""

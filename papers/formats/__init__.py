"""File formats of papers: each reads or writes records, line by line; none knows the database."""

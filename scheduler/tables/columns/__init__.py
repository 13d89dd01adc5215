"""Columns of tables: headings, the values of cells, rows and what is wrong with them."""

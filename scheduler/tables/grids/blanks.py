"""What is no content of a cell."""

BLANKS = " \t\r\n\x0b\x0c\u3000\xa0\ufeff\u200b"
"""What is stripped from both ends of a cell: blanks of all widths, and marks that cannot be seen."""

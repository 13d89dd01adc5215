"""The table of a study: figures, columns, files and the page."""

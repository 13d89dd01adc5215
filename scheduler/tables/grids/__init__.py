"""Files as grids of cells: csv, workbooks, yaml, and folders written whole."""

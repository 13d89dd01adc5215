"""Reports: words, tables, json, html and xlsx. Pure: nothing here prints."""

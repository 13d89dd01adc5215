"""Tables in and out: csv, xlsx and yaml, Chinese and English headings."""

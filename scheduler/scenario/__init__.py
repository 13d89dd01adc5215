"""What is to be planned: a hospital, the rules' numbers, the week's tables, and what must fit together in them."""

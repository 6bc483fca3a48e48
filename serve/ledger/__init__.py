"""The records: every production, its story, its versions and what was made of them."""

"""The animatic from straight above: tables, floors, and the people and things on them."""

"""The animatic from straight above: tables, floors, and what lies or walks on them."""

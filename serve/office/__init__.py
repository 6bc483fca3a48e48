"""Office files (OOXML) from outside: workbooks, decks and documents, read within bounds."""

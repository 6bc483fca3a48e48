"""How the scripts' tables came to be. One file a step; a released step is never edited."""

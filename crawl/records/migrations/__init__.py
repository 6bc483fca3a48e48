"""How the jobs' tables came to be. One file a step; a step that was released is never edited."""

"""An agency's archive as scripts to learn from: with consent per file, masked, removable later."""

"""An agency's archive as scripts to learn from: consent by file, masked, removable later."""

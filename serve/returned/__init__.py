"""Files that come back edited -> what they say of a version. Hostile: for a bounded child."""

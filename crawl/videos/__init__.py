"""The videos job: queries -> candidates -> permission -> download, and removal. Default: deny."""

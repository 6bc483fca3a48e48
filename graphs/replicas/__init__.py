"""What Ray starts: a file for each kind of replica, which loads what it works with and no more."""

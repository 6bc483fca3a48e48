"""Classes that Ray starts: one file for each kind of replica, which imports only what it needs."""

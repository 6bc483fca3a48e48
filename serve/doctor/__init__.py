"""What `sian doctor` looks at: one file a part. Each check returns lines and changes nothing."""

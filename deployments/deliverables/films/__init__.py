"""Films as exports: clean or with captions, independently of the version's own film."""

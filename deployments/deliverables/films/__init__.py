"""Films as exports: clean or with captions, whatever the film of the version has."""

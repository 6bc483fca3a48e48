"""What clips and films are worth, by VBench's dimensions (arXiv 2311.17982), each by its method."""

"""The Studio: the page in which a creator works. The source is here, the built page in page/."""

"""The Studio: the page a creator works in. Its source is here, what is built of it in page/."""

"""Goods of the animatic: the product by its form, and the vehicles."""

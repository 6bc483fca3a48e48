"""People of the animatic: how a person looks, is posed, dressed and drawn."""

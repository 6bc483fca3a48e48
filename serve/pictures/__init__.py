"""Pictures from clients: checked by their headers here, decoded only in a bounded child.

`header` reads a file's metadata without decoding it, `reading` decodes (in the child), `colours`
converts decoded pixels to sRGB.
"""

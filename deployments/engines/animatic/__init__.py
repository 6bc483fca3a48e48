"""The animatic: the first pictures that people see. `Animatic` is the engine; a panel draws one
shot.
"""

from deployments.engines.animatic.animatic import Animatic

__all__ = ["Animatic"]

"""Video as players display it: interprets the display metadata of a file."""

from deployments.display.frames import PictureChanged, as_shown
from deployments.display.light import Light
from deployments.display.reading import Display
from deployments.display.streams import moving_pictures

__all__ = ["Display", "Light", "PictureChanged", "as_shown", "moving_pictures"]

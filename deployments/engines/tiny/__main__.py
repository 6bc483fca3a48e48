"""The command that makes every small checkpoint: `python -m deployments.engines.tiny FOLDER`."""

import argparse
from pathlib import Path
from typing import get_args

from deployments.engines.tiny.checkpoints import SERVED, make_tiny
from deployments.engines.tiny.video import TinyFamily

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("folder", type=Path)
parser.add_argument("--family", action="append", choices=get_args(TinyFamily), default=[])
arguments = parser.parse_args()
for name, path in make_tiny(arguments.folder, tuple(arguments.family) or SERVED).items():
    print(f"{name:<12}{path}")

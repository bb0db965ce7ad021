"""Starts the chat page: ``python app.py``, the same as ``summitqa serve``."""

import sys

from summitqa.cli import main

if __name__ == "__main__":
    main(["serve", *sys.argv[1:]])

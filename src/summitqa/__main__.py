"""``python -m summitqa`` is the ``summitqa`` command."""

from summitqa.cli import main

if __name__ == "__main__":
    main()

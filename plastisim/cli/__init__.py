"""The command line; every command imports what it needs when it is called."""

from plastisim.cli.app import main

__all__ = ["main"]

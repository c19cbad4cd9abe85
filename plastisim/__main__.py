"""``python -m plastisim`` is ``plastisim``."""

from plastisim.cli import main

main()

"""`python -m yian` is `yian`."""

from yian.cli import main

main()

"""`python -m yian.roles ROLE...` is `yian ROLE` without the command line; several share the process."""

import sys

from yian.edge import plain_errors
from yian.roles import run

with plain_errors():
    run(*sys.argv[1:])

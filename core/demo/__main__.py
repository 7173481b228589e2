"""`python -P -m core.demo`: the demo's own process."""

import sys

from core.demo.process import main

if __name__ == "__main__":
    sys.exit(main())

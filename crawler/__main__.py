"""`python -m crawler`: `crawler.run`, made so that Ctrl-C ends it quietly from the first moment on."""

import signal
import sys

# Before the imports, which take a second or two: until the crawl itself listens, there is nothing to finish.
signal.signal(signal.SIGINT, signal.SIG_DFL)


def main() -> int:
    """Run the crawl; return the exit code."""
    from crawler import run

    try:
        return run.main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

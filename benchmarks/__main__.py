"""``python -m benchmarks``: measure, and print a table or JSON."""

from benchmarks.run import main

if __name__ == "__main__":  # the processes that time a start import this file again on some systems
    main()

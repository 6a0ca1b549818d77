"""Where studies are run: ledger, executors, folder, and what makes them survive."""

"""The studies that come with the package: ``twinhelix sweep brokerage-events`` and the like; docs/experiments.md."""

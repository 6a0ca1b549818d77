"""From runs of the prior to a posterior and its proof."""

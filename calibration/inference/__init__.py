"""From a study to a posterior on disk: runs in a ledger, lists read of them, what is learnt, predicted, answered."""

"""The model against evidence: what the record says, how near the model comes, how its defaults were found."""

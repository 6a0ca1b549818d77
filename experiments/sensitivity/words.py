"""What tables say in words where a number alone would be misread."""

NOTHING = "no parameter moves this"
NO_EFFECT = "no effect in this scenario"
UNCLEAR = "not distinguishable from 0"
UNDEFINED = "undefined in {:,} of {:,} runs, by its nature: take a count, such as its numerator"

"""How fast the engine is beside a plain Mesa program of the same model; ``python -m benchmarks`` measures it."""

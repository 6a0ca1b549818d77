"""What lies below the model: the compiler, bits, sorting. A student never opens it."""

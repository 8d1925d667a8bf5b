"""Which records a rule may be about, as a store can find them: never fewer, often far less than all."""

"""Says what each protocol lets be known: one module each, which reads named fields and sends nothing."""

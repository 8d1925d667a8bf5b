"""What answers to one framework say of another, and no more than that."""

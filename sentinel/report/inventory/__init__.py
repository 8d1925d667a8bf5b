"""The inventory page: a map of who talks to whom, and every device with what is known of it."""

"""The knowledge bundle: readers of public feeds, one file a format, and the one signed file that is made of them."""

"""Programs of their own, in processes of their own: what they import and start stays behind that border."""

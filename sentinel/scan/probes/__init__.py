"""Asks one thing of one service, in its own protocol: pure exchanges of bytes, without any socket or clock."""

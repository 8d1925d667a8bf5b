"""The quick twin of the reference engine: it may never give another hit, only sooner."""

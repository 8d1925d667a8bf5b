"""One typed context, rendered as HTML and as PDF, in bokmål and in English."""

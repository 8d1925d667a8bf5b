"""The only place that knows Elasticsearch: writes records into it, and reads all of what it holds."""

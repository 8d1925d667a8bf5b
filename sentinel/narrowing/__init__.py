"""Asks the index itself which records rules may be about: rules and Elasticsearch meet here."""

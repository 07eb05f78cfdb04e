"""Subscriptions: who is told of changes of events by webhook, and the process that tells them."""

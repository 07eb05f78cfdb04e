"""The feed of changes of events: written with the rows, read as a stream over HTTP and by who delivers webhooks."""

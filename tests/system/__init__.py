"""The whole system from outside: processes, HTTP, and a Kafka client that is not ours. Imports nothing of `services`."""

"""The whole system from outside: processes, HTTP, a Kafka client that is not ours. Imports nothing of `services`."""

"""What every service stands on: settings, the log port and its two adapters, metrics, health, dead letters, logging."""

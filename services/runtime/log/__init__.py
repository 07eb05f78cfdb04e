"""The log: one port (`port`), two adapters (`kafka`, `postgres`), chosen by the address (`open_log`)."""

"""Requests to services of this machine: one client for all, each request on a connection of its own.

A client of `httpx.get` and its like lives for one request and reads the authorities' certificates first, though none is
needed: 20 ms of the processor, which is more than most services take to answer.
"""

from typing import Final

import httpx

PLAIN: Final = httpx.Client(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
"""Any thread may use it."""

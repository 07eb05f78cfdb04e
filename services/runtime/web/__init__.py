"""What the HTTP services share: documentation pages that load without the internet, and problem details."""

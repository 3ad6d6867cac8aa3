"""What sends: messages into fingerprints, fingerprints into senders, senders into items."""

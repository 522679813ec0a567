"""The operator's desk: registries, doubted accesses, queues. Nothing clinical is read here."""

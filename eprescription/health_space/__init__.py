"""The way of a document to the patient's health space: outbox, payload, client, delivery."""

"""Pages of contracts: the frame, parties, terms, documents and metrics."""

// Placeholder for Corpus.

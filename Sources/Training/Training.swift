// Placeholder for Training.

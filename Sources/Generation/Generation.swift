// Placeholder for Generation.

// Placeholder for Signal.
